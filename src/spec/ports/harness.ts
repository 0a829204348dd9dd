import type { Action } from '../actions.ts'
import type { ImageType } from '../attachment.ts'
import type { Choice, Mode } from '../events/session-data.ts'
import type { Billing } from '../events/turn-data.ts'
import type { Usage } from '../events/usage.ts'
import type { ProjectPart } from '../trust/project-parts.ts'
import type { Box } from './box.ts'
import type { Clock } from './clock.ts'
import type { EarlierConversations } from './earlier-conversations.ts'
import type { HarnessModels } from './harness-models.ts'
import type { HarnessProgram } from './harness-program.ts'
import type { VendorLogin } from './vendor-login.ts'

/**
 * The contract every agent runtime meets. An adapter only translates: it starts the program through
 * `context.box`, turns what the program says into `HarnessSignal`s, and asks `authorize` before anything runs.
 * It decides nothing, stores nothing and never starts a process by another way.
 */
export interface HarnessAdapter {
  /** The id in the agent file: `harness: <id>`. */
  readonly id: string
  /** Other ids for the same. */
  readonly aliases?: readonly string[]
  /** Shown to people. */
  readonly title: string
  /** Whose model family it drives, for review independence; undefined when it depends on the model. */
  readonly vendor?: string
  readonly capabilities: HarnessCapabilities
  /** The real program and how to install it; undefined for harnesses that are part of this package. */
  readonly program?: HarnessProgram
  /** How a person gets a program that we can not install, one sentence. */
  readonly getIt?: string
  /** What it can not do beyond its capabilities; shown by `omni harness doctor`, and observed by the conformance suite. */
  readonly limits?: readonly HarnessLimit[]
  /** True when the program is offered only what `context.tools` names; others use all of their own tools, and people are told. */
  readonly holdsTools?: boolean
  /** True when it keeps `inherit: none`: nothing of the user's own memory, skills and commands reaches the program. */
  readonly holdsInherit?: boolean
  /** What the project would have this program run by itself. Reads files, runs nothing; without it the project gives this program nothing to run. */
  projectParts?(workspace: string): Promise<readonly ProjectPart[]>
  /** Path patterns, as policies write them, of what decides how the program runs: its settings, hooks, extensions. A person changes them, not an agent. */
  readonly setUpFiles?: readonly string[]
  /** Conversations that a person had with the program by hand; undefined where its records can not be read without running it. */
  readonly earlier?: EarlierConversations
  /** Names of host variables that may hold this program's credentials; passed into the box when set. */
  readonly credentialEnv: readonly string[]
  /** The vendor's own sign-in, where it has one. */
  readonly login?: VendorLogin
  /** Which models it reaches; undefined for what has none. */
  readonly models?: HarnessModels
  /**
   * Is the program here, new enough, and able to start? Never throws for an expected answer.
   * @param place where to look; `path` is an explicit executable from the user's configuration.
   */
  probe(place: ProbePlace): Promise<HarnessReadiness>
  /**
   * Starts the program for one session. Resolves when it accepts a prompt.
   * @throws {AppError} 'unavailable' with what to do, when it cannot start. Nothing is left running then.
   */
  start(context: HarnessContext): Promise<HarnessSession>
}

/** Each key is claimed here and observed by the conformance suite; a difference fails the suite. */
export interface HarnessCapabilities {
  /** The tool gate sees: every call, only calls that change something, or none. */
  readonly gate: 'every-call' | 'changes' | 'none'
  readonly streaming: boolean
  /** Where a steer lands: in the running turn, or only in the next one. */
  readonly steer: 'turn' | 'next'
  readonly interrupt: boolean
  /** Native resume in a new process with tool history. */
  readonly resume: boolean
  /** A conversation is branched natively: `context.forkOf`. */
  readonly fork: boolean
  readonly modelSelection: boolean
  /** `context.effort` reaches the model service. */
  readonly effort: boolean
  /** It has a mode of its own in which it plans and changes nothing; others are told to in the prompt. The gate holds every harness to it. */
  readonly planMode: boolean
  /** Images of a prompt reach the model as images; others are told where the file is. */
  readonly images: boolean
  /** Servers of `context.mcp` are offered to the model. */
  readonly mcp: boolean
  readonly usage: boolean
  /** Says how full the context window is. */
  readonly context: boolean
  /** Shows what sub-agents of its own do: their calls name the call that started them. */
  readonly subagents: boolean
}

/** Something every harness is expected to do and this program does not. */
export interface HarnessLimit {
  readonly breaks:
    /** After a refusal the turn goes on. */
    | 'goes-on-after-refusal'
    /** A refusal leaves the other calls of the same answer alone. */
    | 'refusal-of-one'
    /** The model is told why a call was refused. */
    | 'refusal-reason'
    /** U+2028 in what the model says arrives. */
    | 'line-separator'
    /** Usage counts every model call of a turn. */
    | 'usage-of-every-call'
    /** A failed model call ends the turn with the service’s words. */
    | 'model-error-words'
    /** A call of the model service that is refused for its rate is made again. */
    | 'rate-limit-retry'
    /** A call that the model service is too busy for is made again. */
    | 'overload-retry'
    /** What the model thinks is told apart from what it says. */
    | 'reasoning'
    /** A command that failed is told apart from one that did not. */
    | 'command-outcome'
    /** What a command printed is shown to people too. */
    | 'command-output'
    /** Its record of a conversation outlives its being killed in the middle of a turn. */
    | 'record-after-kill'
    /** An MCP server that does not start is named. */
    | 'mcp-start-notice'
    /** A plan of the model’s own is shown as a plan. */
    | 'plan-entries'
  /** One sentence for people. */
  readonly text: string
}

export interface ProbePlace {
  readonly box: Box
  /** PATH to search, and the folder of `omni harness install`. */
  readonly searchPath: string
  readonly installDir: string
  /** The executable named in the user's configuration. */
  readonly path?: string
  readonly env: Readonly<Record<string, string>>
  /** A version that is written beside the program will do, without running it: it is started next anyway. */
  readonly quick?: boolean
}

export type HarnessReadiness =
  | { readonly state: 'ready'; readonly version: string; readonly file: string; readonly notes: readonly string[] }
  | { readonly state: 'missing' | 'too-old' | 'broken'; readonly reason: string; readonly fix: string; readonly version?: string }

/** Where model calls go. Undefined: the program's own default and login. */
export interface ModelRoute {
  readonly baseUrl: string
  readonly apiKey: string
}

/** One tool call as the program wants to run it. */
export interface ProposedCall {
  /** Unique in the session; the program's own id where it has one. */
  readonly call: string
  /** The program's own name of the tool, for people. */
  readonly tool: string
  /** One line for people. */
  readonly title: string
  /** The exact input that will run, JSON. */
  readonly input: unknown
  readonly actions: readonly Action[]
  /** The call that started the sub-agent of the program which makes this one. */
  readonly parent?: string
}

/** A tool server that speaks the Model Context Protocol, with every variable filled in. Trusted by a person before it gets here. */
export type McpServer =
  | { readonly command: string; readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> }
  | { readonly url: string; readonly headers: Readonly<Record<string, string>> }

export type Verdict = { readonly type: 'allow' } | { readonly type: 'deny'; readonly reason: string }

export interface HarnessContext {
  readonly session: string
  readonly box: Box
  /** Absolute path of the work folder, as the program sees it. */
  readonly workspace: string
  /** Private folder of this session (0700), kept over restarts: transcripts, settings, gate files. */
  readonly home: string
  /** The executable, as `probe` found it. Empty for harnesses that are part of this package. */
  readonly file: string
  /**
   * Set in a box with walls: the environment that the program would have outside, which says where the user's own set-up of it is. It is
   * never given to the program, whose configuration is then a folder of its own in `home`.
   */
  readonly users?: Readonly<Record<string, string>>
  /** In a box: what its login's file is there, to be laid down in that folder. @see VendorLogin */
  readonly login?: string
  /** The whole environment for the program. The adapter adds its own settings. */
  readonly env: Readonly<Record<string, string>>
  readonly model?: string
  readonly effort?: string
  readonly route?: ModelRoute
  /** How long the program hears nothing from its model before it asks again, in milliseconds. Absent: as long as it can, since a person may be asked about the call. */
  readonly quietMs?: number
  /** Appended to the program's own system prompt. */
  readonly instructions: string
  /** Capability names of the agent file: a ceiling (`read`, `edit`, `shell`, `web` …). */
  readonly tools: readonly string[]
  /** MCP servers by name. */
  readonly mcp: Readonly<Record<string, McpServer>>
  /** `none`: nothing of the user's own memory, skills and commands comes along. */
  readonly inherit?: 'user' | 'none'
  /** The project's parts that a person trusted, as they were shown; none by default. What is not among them must not run. */
  readonly trusted?: readonly ProjectPart[]
  /** The token of an earlier `resume` signal: continue that conversation. */
  readonly resume?: string
  /** Start as a branch of another session's conversation, which stays as it is: its token and its private folder. Never with `resume`. */
  readonly forkOf?: { readonly token: string; readonly home: string }
  /**
   * Must be asked before a call runs, and waited for as long as it takes. Rejects only when the session is closing;
   * a rejection means no. The same call asked twice before it is answered gets one answer; a yes is for one run, so that
   * the same id asked again after its answer is refused.
   */
  readonly authorize: (call: ProposedCall) => Promise<Verdict>
  readonly emit: (signal: HarnessSignal) => void
  readonly clock: Clock
  /** Aborted when the session must end now. */
  readonly signal: AbortSignal
}

/** A running program. Methods reject with AppError when the program is gone. */
export interface HarnessSession {
  /** Sends one prompt. Exactly one `settled` signal follows, also when the program dies. */
  prompt(prompt: HarnessPrompt): Promise<void>
  /** Adds to the running turn. Absent where the program cannot. */
  steer?(text: string): Promise<void>
  /** Stops text and the running command. `settled {interrupted}` follows. */
  interrupt(): Promise<void>
  setModel?(model: string): Promise<void>
  /** Present where the program has a plan mode of its own; between turns. */
  setMode?(mode: Mode): Promise<void>
  /** True for processes of the program itself that an interrupt must leave alone (its helpers). */
  keeps(process: { readonly pid: number; readonly command: string }): boolean
  /** Ends the program. Resolves when it is gone. */
  close(): Promise<void>
}

export interface HarnessPrompt {
  readonly turn: string
  readonly text: string
  /** Only where `images` is claimed. */
  readonly images: readonly PromptImage[]
}

export interface PromptImage {
  readonly mediaType: ImageType
  /** Absolute path of the file, readable in the box. */
  readonly file: string
  /** The bytes in base64. */
  readonly data: string
}


/**
 * What an adapter reports, in order. Never stored as such: `session/record-signal.ts` turns signals into events.
 * `item` and `call` ids are unique in the session and explicit, so a reader never guesses what belongs together.
 */
export type HarnessSignal =
  | { readonly type: 'ready'; readonly version: string; readonly model?: string }
  /** Told once the program can be resumed with it, not before: a token that leads nowhere is worse than none. */
  | { readonly type: 'resume'; readonly token: string }
  /** `context.resume` leads nowhere any more. `start` rejects after it; the next start is told the conversation instead. */
  | { readonly type: 'resume.lost' }
  | { readonly type: 'step.started'; readonly step: string; readonly model?: string }
  /** `billing` only where the program knows for certain. */
  | { readonly type: 'step.ended'; readonly step: string; readonly usage?: Usage; readonly model?: string; readonly billing?: Billing }
  | { readonly type: 'text'; readonly item: string; readonly text: string }
  | { readonly type: 'reasoning'; readonly item: string; readonly text: string }
  | { readonly type: 'message'; readonly item: string; readonly text: string; readonly reasoning?: string }
  /** A call that ran without passing the gate (the program does not ask for it). */
  | ({ readonly type: 'tool.seen' } & ProposedCall)
  | { readonly type: 'tool.output'; readonly call: string; readonly text: string }
  | { readonly type: 'tool.done'; readonly call: string; readonly outcome: 'ok' | 'error' | 'denied' | 'interrupted'; readonly output: string; readonly exitCode?: number }
  | { readonly type: 'plan'; readonly entries: readonly { readonly text: string; readonly status: 'pending' | 'active' | 'done' }[] }
  /** Tokens in the context window now, and its size where known. */
  | { readonly type: 'context'; readonly used: number; readonly window?: number }
  | { readonly type: 'compacted' }
  /** The program's own name for the conversation. */
  | { readonly type: 'title'; readonly text: string }
  /** What a person can use in it: slash commands (ids without the slash) and models. Each told list replaces the one before. */
  | { readonly type: 'offers'; readonly commands?: readonly Choice[]; readonly models?: readonly Choice[] }
  | { readonly type: 'steer.landed'; readonly when: 'now' | 'next' }
  | { readonly type: 'limited'; readonly message: string; readonly resetAt?: number }
  | { readonly type: 'notice'; readonly level: 'info' | 'warning'; readonly text: string }
  | { readonly type: 'settled'; readonly outcome: 'completed' | 'interrupted' }
  | { readonly type: 'settled'; readonly outcome: 'failed'; readonly reason: string; readonly advice: string }
  | { readonly type: 'exited'; readonly code: number | null; readonly signal: string | null; readonly detail: string }
