import { z } from 'zod'
import { Action } from '../actions.ts'
import { McpServerSpec } from '../agent/agent-spec.ts'
import { BoxCeiling } from '../agent/box-ceiling.ts'
import { BoxLimits, HeldLimits } from '../box-limits.ts'
import { ConversationList, EarlierConversation, ReadConversation } from '../earlier-conversation.ts'
import { Usage } from '../events/usage.ts'
import { Choice, WorktreeMade, WorktreeResult } from '../events/session-data.ts'
import { Billing, CheckpointNote, FileChange, PlanEntry, RestoreOutcome } from '../events/turn-data.ts'
import { ModelList } from '../model-list.ts'
import { GatewayEvent } from '../net/gateway-event.ts'
import { NetRequest } from '../net/net-request.ts'
import { StaticTable } from '../net/static-table.ts'

/**
 * The host link, version 1: what engine and host say to each other, one JSON object each; the same in memory, over a unix
 * socket and over a WebSocket. The host dials, and says `hello` first.
 *
 * - A host has an `epoch`, new at each start. It numbers its facts from 1 per epoch, syncs them to its disk outbox before
 *   sending, and drops them when acknowledged. After every (re)connect it sends all unacknowledged facts again, in order;
 *   the engine stores `src {host, epoch, n}` with the event, so its dedupe is a fold.
 * - Deltas and replies are unnumbered, best effort, never in the outbox.
 * - Orders are idempotent by what they name (turn, call, order id): after a reconnect the engine repeats every order
 *   whose effect it has not seen, and the host does each once.
 */
export const linkVersion = 1

const id = z.string()

/** A file that comes with a prompt. */
export const SentFile = z.strictObject({ name: z.string(), mediaType: z.string(), data: z.base64() })
export type SentFile = z.infer<typeof SentFile>

/** A piece of the earlier conversation. A `file` is too long to be told: it is laid down where the program can read it. */
export const HistoryPart = z.union([z.strictObject({ text: z.string() }), z.strictObject({ file: z.string().regex(/^[\w-]{1,80}\.txt$/), text: z.string() })])
export type HistoryPart = z.infer<typeof HistoryPart>

/** Everything a host needs to have a session's program running. Sent with each turn, so an order stands alone. */
export const SessionSetup = z.object({
  session: id,
  tree: id,
  harness: id,
  model: z.string().optional(),
  effort: z.string().optional(),
  mode: z.enum(['default', 'plan']).default('default'),
  /** The agent's skills: `path` is the folder of a SKILL.md. */
  skills: z.array(z.object({ name: z.string(), description: z.string(), path: z.string() })).default([]),
  /** `worktree`: `path` is a folder in the repository that it is made of, on a branch named after `title`. */
  workspace: z.object({ mode: z.enum(['here', 'worktree', 'temp']), path: z.string(), title: z.string().optional() }),
  instructions: z.string(),
  tools: z.array(z.string()),
  /** What keeps its programs in. Paths as the agent's file has them; `hide`: patterns. */
  sandbox: z.object({ profile: z.enum(['read-only', 'workspace', 'open', 'off']), read: z.array(z.string()).optional(), write: z.array(z.string()).optional(), hide: z.array(z.string()).optional(), limits: BoxLimits.optional() }).default({ profile: 'off' }),
  /** The most that the server lets a session have. The host has a word of its own on that. */
  ceiling: BoxCeiling.optional(),
  /** Names of secrets, with hosts where the agent wants fewer than they go to. */
  secrets: z.record(z.string(), z.object({ hosts: z.array(z.string()).optional() })).optional(),
  /** Host variables the agent may see, by name, and fixed values. */
  env: z.object({ pass: z.array(z.string()), set: z.record(z.string(), z.string()) }),
  /** Shell lines that run in the box, once, before the program starts. A person allowed them. */
  prepare: z.array(z.string()).optional(),
  /** Tools that the engine serves it. */
  omni: z.array(z.string()).optional(),
  /** MCP servers of the agent, by name, that its tools name and a person allowed. `${VAR}` is expanded by the host. */
  mcp: z.record(z.string(), McpServerSpec).optional(),
  /** `none`: nothing of the user's own set-up comes along. */
  inherit: z.enum(['user', 'none']).optional(),
  /** SHA-256 of what the project has to run, as a person trusted it: anything else of the project runs nothing. */
  project: z.string().optional(),
  /** Raised when the conversation was rewound: a running program of an older generation is replaced. */
  generation: z.number().int(),
  resume: z.string().optional(),
  /** Start as a branch of another session's conversation. Never together with `resume`. */
  forkOf: z.object({ session: id, token: z.string() }).optional(),
  /** What was said since the point that `resume` knows (all of it without one), in order; told with the first prompt of a new program. */
  history: z.array(HistoryPart).optional(),
})
export type SessionSetup = z.infer<typeof SessionSetup>

const Verdict = z.discriminatedUnion('type', [z.object({ type: z.literal('allow') }), z.object({ type: z.literal('deny'), reason: z.string() })])

export const ToHost = z.discriminatedUnion('type', [
  z.object({ type: z.literal('welcome'), server: id, version: z.literal(linkVersion) }),
  /** All facts up to `n` of this epoch are durable here. */
  z.object({ type: z.literal('ack'), epoch: id, n: z.number().int() }),
  /** `notes`: what the program has to know besides the prompt, because it could not be told when it happened. */
  z.object({ type: z.literal('turn.run'), turn: id, text: z.string(), notes: z.array(z.string()).optional(), files: z.array(SentFile).default([]), setup: SessionSetup }),
  /** Has a program for `setup` running and ends the one before; answered by the fact `switch.settled`. A failure changes nothing. */
  z.object({ type: z.literal('switch.run'), switch: id, setup: SessionSetup, lost: z.array(z.string()) }),
  /** `note`: news, not a person's words: where it can not land any more it is told another time. */
  z.object({ type: z.literal('turn.steer'), session: id, turn: id, steer: id, text: z.string(), note: z.boolean().optional() }),
  z.object({ type: z.literal('turn.interrupt'), session: id, turn: id }),
  z.object({
    type: z.literal('call.verdict'),
    session: id,
    call: id,
    verdict: Verdict,
  }),
  /** The answer to `model.wanted`. */
  z.object({ type: z.literal('model.verdict'), session: id, call: id, verdict: Verdict }),
  /** The answer to `net.wanted`. */
  z.object({ type: z.literal('net.verdict'), session: id, request: id, verdict: z.discriminatedUnion('type', [
    /** `secrets`: names of those that are put in. */
    z.object({ type: z.literal('allow'), secrets: z.array(id) }),
    z.object({ type: z.literal('deny'), rule: z.string(), message: z.string() }),
  ]) }),
  /** The answer to `omni.called`. One that nobody waits for any more is answered by `omni.missed`. */
  z.object({ type: z.literal('omni.answer'), session: id, request: id, text: z.string(), failed: z.boolean() }),
  /** What the session's gateway decides alone from now on. */
  z.object({ type: z.literal('net.table'), session: id, table: StaticTable }),
  /**
   * Takes files of the work folder to other states, each only where it still is what `left` says; answered by the fact `files.restored`.
   * No call that is allowed after it runs before it is done.
   */
  z.object({ type: z.literal('files.restore'), session: id, tree: id, restore: id, workspace: z.string(), paths: z.array(z.object({ path: z.string(), to: id, left: id })) }),
  z.object({ type: z.literal('session.close'), session: id }),
  /** A question; answered by `reply` with the same `id`, never numbered. */
  z.object({ type: z.literal('ask'), id, question: z.discriminatedUnion('type', [
    z.object({ type: z.literal('readiness') }),
    /** Without `harness`: of every harness that is ready. `refresh` asks also when a young list is kept. */
    z.object({ type: z.literal('models'), harness: id.optional(), refresh: z.boolean() }),
    /** What a person said to programs by hand in this folder. */
    z.object({ type: z.literal('conversations'), workspace: z.string() }),
    /** All of one, for `session`, which from now on goes on with it. */
    z.object({ type: z.literal('conversation'), workspace: z.string(), harness: id, conversation: id, session: id }),
  ]) }),
])
export type ToHost = z.infer<typeof ToHost>

const Tokens = z.object({ input: z.number().int().nonnegative(), output: z.number().int().nonnegative() })
const Call = { call: id, tool: z.string(), title: z.string(), input: z.json(), actions: z.array(Action), parent: id.optional() }

/** A numbered fact: what happened on the host, for one session. Mirrors `HarnessSignal` less the deltas, plus the host's own. */
export const HostFact = z.discriminatedUnion('type', [
  z.object({ type: z.literal('box.attested'), profile: z.string(), processes: z.enum(['namespace', 'group']), advisory: z.boolean(), notes: z.array(z.string()), limits: HeldLimits.optional(), workspace: z.string().optional() }),
  /** The session's worktree is there. */
  z.object({ type: z.literal('worktree.made'), ...WorktreeMade.shape }),
  /** What its branch came to, taken over into the repository; after each turn. */
  z.object({ type: z.literal('worktree.collected'), result: WorktreeResult }),
  z.object({ type: z.literal('harness.ready'), harness: id, version: z.string(), model: z.string().optional(), resume: z.string().optional() }),
  /** The program's own record of the conversation is gone: its resume token must not be used again. */
  z.object({ type: z.literal('memory.lost'), harness: id }),
  z.object({ type: z.literal('harness.exited'), code: z.number().nullable(), signal: z.string().nullable(), detail: z.string() }),
  z.object({ type: z.literal('step.started'), step: id, model: z.string().optional() }),
  z.object({ type: z.literal('step.ended'), step: id, model: z.string().optional(), usage: Usage.optional(), context: z.object({ used: z.number(), window: z.number().optional() }).optional(), billing: Billing.optional() }),
  z.object({ type: z.literal('message'), item: id, text: z.string(), reasoning: z.string().optional(), partial: z.boolean().optional() }),
  /** The program wants to run a call and waits for `call.verdict`. `restsOn`: files and settings that its actions were read out of, by SHA-256. */
  z.object({ type: z.literal('call.wanted'), ...Call, restsOn: z.record(z.string(), z.string()).optional() }),
  /** The program ran it without asking. */
  z.object({ type: z.literal('call.seen'), ...Call }),
  /** The agent called a tool that the engine serves; answered by `omni.answer`. `gone`: nobody waits for it any more; `missed`: its answer came after that. */
  z.object({ type: z.literal('omni.called'), request: id, tool: z.string(), input: z.json() }),
  z.object({ type: z.literal('omni.gone'), request: id }),
  z.object({ type: z.literal('omni.missed'), request: id }),
  z.object({ type: z.literal('call.done'), call: id, outcome: z.enum(['ok', 'error', 'denied', 'interrupted']), output: z.string(), exitCode: z.number().int().optional() }),
  /** A model call is about to be made on the program's wire, and waits for `model.verdict`. Its id is the host's own; tokens at most. `side`: it is no work of the turn's (a title, a suggestion), and nobody is asked about it. */
  z.object({ type: z.literal('model.wanted'), call: id, model: z.string(), tokens: Tokens, billing: Billing.optional(), side: z.boolean().optional() }),
  /** It is over. Without `usage` it cost nothing: it was refused, or never reached the model. `estimated`: the answer was cut, and this is what was counted until then. */
  z.object({ type: z.literal('model.done'), call: id, model: z.string().optional(), usage: Usage.optional(), estimated: z.boolean().optional(), billing: Billing.optional() }),
  /** A request leaves the box, and waits for `net.verdict`. */
  z.object({ type: z.literal('net.wanted'), request: NetRequest }),
  /** Nobody waits for it any more. */
  z.object({ type: z.literal('net.withdrawn'), request: id }),
  /** What the gateway decided alone, and which secrets it used. */
  z.object({ type: z.literal('net.told'), event: GatewayEvent }),
  /** What the work folder became while a call ran; without one, since the last turn. Comes before the next call is wanted. */
  z.object({ type: z.literal('files.changed'), call: id.optional(), changes: z.array(FileChange), truncated: z.boolean().optional(), from: id.optional(), to: id.optional() }),
  /** Comes before the changes that it holds. */
  z.object({ type: z.literal('checkpoint.made'), ...CheckpointNote.shape, call: id.optional() }),
  /** The work folder can not be looked at, and why: said at the turn in which it turns out. */
  z.object({ type: z.literal('files.unseen'), reason: z.string() }),
  z.object({ type: z.literal('files.restored'), restore: id, ...RestoreOutcome.shape }),
  z.object({ type: z.literal('steered'), steer: id, landing: z.enum(['turn', 'next']) }),
  z.object({ type: z.literal('plan'), entries: z.array(PlanEntry) }),
  z.object({ type: z.literal('compacted') }),
  z.object({ type: z.literal('title'), text: z.string() }),
  z.object({ type: z.literal('offers'), commands: z.array(Choice).optional(), models: z.array(Choice).optional() }),
  z.object({ type: z.literal('limited'), message: z.string(), resetAt: z.number().optional() }),
  z.object({ type: z.literal('notice'), level: z.enum(['info', 'warning']), text: z.string() }),
  z.object({ type: z.literal('switch.settled'), switch: id, outcome: z.enum(['ready', 'failed']), reason: z.string().optional(), advice: z.string().optional(), lost: z.array(z.string()).optional() }),
  /** Exactly one per turn: the host's word that it is over, its processes included. */
  z.object({ type: z.literal('turn.settled'), outcome: z.enum(['completed', 'interrupted', 'failed']), reason: z.string().optional(), advice: z.string().optional() }),
])
export type HostFact = z.infer<typeof HostFact>

/** What a program signs in with. `from` names a variable, a file, a service or an address; never a secret. */
export const Credential = z.object({
  kind: z.enum(['gateway', 'environment', 'login', 'saved', 'none', 'none-needed', 'unknown']),
  from: z.string(),
  /** What else is there and comes after it. */
  also: z.string().optional(),
})
export type Credential = z.infer<typeof Credential>

export const Readiness = z.object({
  harness: id,
  title: z.string(),
  state: z.enum(['ready', 'missing', 'too-old', 'broken']),
  version: z.string().optional(),
  reason: z.string().optional(),
  fix: z.string().optional(),
  credential: Credential.optional(),
  notes: z.array(z.string()),
})
export type Readiness = z.infer<typeof Readiness>

/** `session`: the one that goes on with it, as far as this host knows; it may have been deleted. */
export const HostConversations = ConversationList.extend({ conversations: z.array(EarlierConversation.extend({ session: id.optional() })) })
export type HostConversations = z.infer<typeof HostConversations>

export const ToEngine = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    host: id,
    epoch: id,
    name: z.string(),
    version: z.literal(linkVersion),
    /** Package version of the host's code, for upgrades. */
    build: z.string(),
    harnesses: z.array(id),
  }),
  /** `epoch` is the one that numbered the fact: the current one, or an earlier one whose facts were still on disk. */
  z.object({ type: z.literal('fact'), epoch: id, n: z.number().int().positive(), tree: id, session: id, turn: id.optional(), fact: HostFact }),
  /** Follows `hello` and the unacknowledged facts: the engine may now end turns of earlier epochs. */
  z.object({ type: z.literal('synced') }),
  z.object({ type: z.literal('delta'), session: id, turn: id, item: id, kind: z.enum(['text', 'reasoning', 'output']), offset: z.number().int(), text: z.string() }),
  z.object({ type: z.literal('reply'), id, readiness: z.array(Readiness) }),
  z.object({ type: z.literal('reply.models'), id, models: z.array(ModelList) }),
  z.object({ type: z.literal('reply.conversations'), id, lists: z.array(HostConversations) }),
  z.object({ type: z.literal('reply.conversation'), id, conversation: ReadConversation }),
  /** Nothing can be answered, and why. */
  z.object({ type: z.literal('reply.failed'), id, message: z.string() }),
])
export type ToEngine = z.infer<typeof ToEngine>
export type NumberedFact = Extract<ToEngine, { type: 'fact' }>

/** One end of a link. `Out` is what this end sends. Order is kept; nothing is delivered after `closed` resolves. */
export interface LinkEnd<Out, In> {
  send(message: Out): void
  /** Set once, before the first message can arrive. */
  onMessage(listener: (message: In) => void): void
  /** Resolves when the other end is gone or `close` was called. */
  readonly closed: Promise<void>
  close(): void
}
export type EngineEnd = LinkEnd<ToHost, ToEngine>
export type HostEnd = LinkEnd<ToEngine, ToHost>
