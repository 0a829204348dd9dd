import type { Action } from '../../spec/actions.ts'
import type { CommandResult } from '../../spec/commands.ts'
import type { ProfileName } from '../../spec/agent/words.ts'
import type { Author } from '../../spec/events/envelope.ts'
import { genesis } from '../../spec/events/envelope.ts'
import type { Attachment } from '../../spec/attachment.ts'
import type { Mode, PinnedAgent } from '../../spec/events/session-data.ts'
import type { EventData } from '../../spec/events/session-event.ts'
import type { Offer, RuleVerdict } from '../../spec/events/turn-data.ts'
import type { StoredText } from '../../spec/stored-text.ts'
import type { CountedMoney, TreeMoney } from '../../spec/money/money-sums.ts'
import type { CompiledList } from '../../policy/compile-policies.ts'
import { type PolicyFold, startPolicyFold } from '../../policy/policy-fold.ts'
import { emptyItemFold, type ItemFold } from '../../spec/view/fold-items.ts'
import type { SessionView } from '../../spec/view/session-view.ts'
import { noTreeMoney } from './tree-money.ts'

/** Raised when the fold changes meaning: snapshots written by another version are ignored. */
export const foldVersion = '10'

export interface QueueEntry {
  readonly prompt: string
  readonly text: string
  readonly attachments?: readonly Attachment[]
  readonly by: Author
}

export interface OpenCall {
  readonly call: string
  readonly tool: string
  readonly title: string
  readonly digest: string
  readonly gated: boolean
  /** Nothing of a tool's: the start of the turn, a model call, or a request that leaves the box. */
  readonly gates?: 'turn' | 'model' | 'net' | 'omni'
  /** What the engine is to do, as JSON. */
  readonly input?: string
  /** What it is, where it is no tool's: for whoever decides about it again. */
  readonly actions?: readonly Action[]
  /** Names of the secrets that policies put into a request. */
  readonly inject?: readonly string[]
  /** `waiting`: nothing forbids it, other calls have to settle first. `unknown`: released, its turn ended without a result; a late one may come. */
  readonly state: 'proposed' | 'asking' | 'waiting' | 'released' | 'unknown'
  /** The approval that waits, while `state` is `asking`. */
  readonly approval?: string
  /** What a person said yes to, and on which rules' asking. */
  readonly approved?: { readonly approval: string; readonly rules: readonly string[] }
  /** No call of the program, but a question about what this call changed. */
  readonly about?: string
}

/** Held back for a model call that is under way. */
export interface OpenReservation {
  readonly model: string
  readonly money: CountedMoney
  readonly billing?: EventData<'money.reserved'>['billing']
  /** The host that makes the call. */
  readonly host?: { readonly id: string; readonly epoch: string }
}

/** Changes of a call that are kept aside, and back in the work folder only if a person says so. */
export interface Aside {
  readonly call: string
  /** `to` holds the file as the call left it, `left` as it is until then. */
  readonly paths: readonly { readonly path: string; readonly kind: 'created' | 'modified' | 'deleted'; readonly to: string; readonly left: string }[]
}

/** A request that may leave the box. */
export interface LetOut {
  readonly request: string
  readonly secrets: readonly string[]
}

/** A finished child's word, for its parent. */
export type InboxEntry = EventData<'inbox.posted'>

/** Several children asked one question, and what they think of each other's answers. */
export interface Debate {
  readonly debate: string
  /** The call that it is done for. */
  readonly request: string
  readonly handle: string
  readonly question: string
  /** At most; 0: only the question is asked. */
  readonly rounds: number
  /** Rounds that are over or under way; 0: the first answers. */
  readonly round: number
  readonly heads: readonly { readonly child: string; readonly agent: string; readonly failed?: true }[]
  readonly over?: true
}

/** What the engine answered a tool's call with: its host may not have heard it yet. */
export interface OmniAnswer {
  readonly request: string
  readonly text: string
  readonly failed: boolean
}

/** A refused call whose program may not have heard the answer yet. */
export interface Refusal {
  readonly call: string
  readonly gates?: 'model' | 'net'
  readonly reason: string
}

export interface RunningTurn {
  readonly turn: string
  /** `seq` of its `turn.started`: the cause of what its host reports. */
  readonly startSeq: number
  readonly prompt: string
  readonly text: string
  readonly attachments: readonly Attachment[]
  readonly host: { readonly id: string; readonly epoch: string }
  readonly stopping: boolean
  readonly steers: readonly { readonly steer: string; readonly text: string; readonly note?: true }[]
  /** What the program is told besides the prompt: it happened when it could not be told for certain. */
  readonly notes: readonly string[]
  readonly refusals: readonly Refusal[]
  /** Requests that may leave, the newest last: their host may not have heard so. */
  readonly letOut: readonly LetOut[]
  readonly answers: readonly OmniAnswer[]
  /** True once the program showed that it has the prompt. */
  readonly heard: boolean
}

/** What one program knows of the conversation by itself. */
export interface Memory {
  /** To go on with it in a new process. */
  readonly token?: string
  /** Another session's conversation, which it is to be a branch of, where its program can. */
  readonly branchOf?: { readonly session: string; readonly token: string }
  /** The log's number up to which it knows the conversation; 0: nothing. */
  readonly seq: number
}

/** The engine's own fold of one session (lane) of a tree. */
export interface Lane {
  readonly session: string
  readonly agent: PinnedAgent
  readonly harness: string
  readonly model?: string
  readonly effort?: string
  /** The sandbox profile; absent: the agent's. */
  readonly sandbox?: ProfileName
  readonly mode: Mode
  readonly workspace: EventData<'session.created'>['workspace']
  readonly archived: boolean
  readonly queue: readonly QueueEntry[]
  readonly held: boolean
  readonly turn?: RunningTurn
  /** Calls without a result. They outlive their turn: a late result still finds them. */
  readonly calls: Readonly<Record<string, OpenCall>>
  /** By the id of the model call. They outlive their turn too. */
  readonly reservations: Readonly<Record<string, OpenReservation>>
  /** We count its model calls on its wire: what the program says of them is not settled again. */
  readonly metered?: true
  /** Answered or open approvals that a command may still name. */
  readonly asks: Readonly<Record<string, { readonly call: string; readonly digest: string; readonly rules: readonly RuleVerdict[]; readonly offers: readonly Offer[]; readonly expiresAt?: number }>>
  /** By harness; valid for `generation`. */
  readonly memories: Readonly<Record<string, Memory>>
  /** A switch that is ordered and not made; `id` names it to hosts. */
  readonly switching?: { readonly id: string; readonly harness: string; readonly model?: string; readonly effort?: string }
  /** Rises when the conversation was rewound or forked: an older program conversation no longer fits. */
  readonly generation: number
  readonly startedTurns: number
  /** Micro-dollars settled in this turn since its program last said what its calls cost. */
  readonly settledSince?: { readonly turn: string | undefined; readonly microUsd: number }
  /** The work folder without symlinks, as its host says. */
  readonly root?: string
  /** Its programs are in a box with walls. */
  readonly walled?: true
  /** Whether the work folder is looked at; `reason`: why not. Absent: not known yet. */
  readonly watch?: { readonly seen: true } | { readonly seen: false; readonly reason: string }
  /** Orders to take files to other states, without a word from the host yet. */
  readonly restores: Readonly<Record<string, EventData<'restore.requested'>>>
  /** By the call that asks about them. */
  readonly aside: Readonly<Record<string, Aside>>
  /** What the program has to be told with the next prompt. */
  readonly notes: readonly string[]
  /** `turn.ended` by turn: its number in the log, for forks and rewinds. */
  readonly ends: Readonly<Record<string, number>>
  /** The session of the tree that started this one, and what it calls it. */
  readonly parent?: string
  readonly handle?: string
  readonly title?: string
  /** Of its worktree: what it was made of, and what its branch came to after its last turn. */
  readonly worktree?: { readonly repository: string; readonly branch: string; readonly work?: EventData<'worktree.collected'>['result'] }
  /** What it said last, in the turn that runs or ran last. */
  readonly said?: StoredText
  /** How its last turn ended; `started`: whether its program came to work in it. */
  readonly rest?: { readonly turn: string; readonly outcome: EventData<'turn.ended'>['outcome']; readonly started: boolean; readonly reason?: string }
  /** The turn whose end its parent has been told of. */
  readonly reported?: string
  /** Questions that the engine asks children of it, by id, the newest last; what is over is kept until it is told. */
  readonly debates: Readonly<Record<string, Debate>>
  /** What its children said and it has not been told, the oldest first. */
  readonly inbox: readonly InboxEntry[]
  /** What the last answers told of it, in case they came too late. */
  readonly told: readonly { readonly request: string; readonly entries: readonly InboxEntry[] }[]
  /** The turn that ended last and is still part of the conversation. */
  readonly lastEnd?: { readonly turn: string; readonly seq: number }
}

/**
 * The engine's fold of one tree, owned by that tree's single writer, which alone changes it, in place: copying every
 * record at every event would make the writer quadratic. */
export interface TreeState {
  readonly tree: string
  seq: number
  hash: string
  at: number
  /** First results of commands, by command id. */
  readonly commands: Map<string, CommandResult>
  /** Highest fact number seen, by `host/epoch`. */
  readonly facts: Map<string, number>
  /** Steps whose money is settled, as `session/step`: each is settled once. */
  readonly settled: Set<string>
  readonly lanes: Record<string, Lane>
  /** What the tree's own model calls came to. */
  money: TreeMoney
  readonly views: Record<string, SessionView>
  items: ItemFold
  /** What the policies in force remember of this log. */
  policy: PolicyFold
  /** The server's policies that the log names last, by hash. */
  serverPolicies?: string
  /** A type this version cannot read and that decisions depend on, when there is one: then nothing is decided. */
  blockedBy?: string
}

export function emptyTree(tree: string, server: CompiledList): TreeState {
  return { tree, seq: 0, hash: genesis, at: 0, commands: new Map(), facts: new Map(), settled: new Set(), lanes: {}, money: noTreeMoney, views: {}, items: emptyItemFold, policy: startPolicyFold(server) }
}

/** A snapshot's text. */
export function writeTree(state: TreeState): string {
  return JSON.stringify({ ...state, commands: [...state.commands], facts: [...state.facts], settled: [...state.settled], policy: state.policy.save() })
}

/** Reads what `writeTree` of this fold version wrote, as the state of `tree`. Policies that have changed since are behind: see `PolicyFold.behind`. */
export function readTree(text: string, tree: string, server: CompiledList): TreeState {
  // Proof: written by `writeTree`; another fold version is never read.
  const raw = JSON.parse(text) as Omit<TreeState, 'commands' | 'facts' | 'settled' | 'policy'> & { commands: [string, CommandResult][]; facts: [string, number][]; settled: string[]; policy: unknown }
  return { ...raw, tree, commands: new Map(raw.commands), facts: new Map(raw.facts), settled: new Set(raw.settled), policy: startPolicyFold(server, [], raw.policy) }
}
