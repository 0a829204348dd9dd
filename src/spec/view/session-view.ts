import { z } from 'zod'
import { profileNames } from '../agent/words.ts'
import { Author } from '../events/envelope.ts'
import { Attachment } from '../attachment.ts'
import { HeldLimits } from '../box-limits.ts'
import { Choice, Mode, WorktreeResult } from '../events/session-data.ts'
import { Offer, Outcome, PlanEntry, RuleVerdict } from '../events/turn-data.ts'

/** Bounds that keep a view under 64 KiB whatever an agent does. */
export const viewBounds = { queue: 50, queueText: 400, asks: 20, askTitle: 500, askOffers: 1_200, plan: 60, planText: 160, labels: 32, host: 253, choices: 60, choiceTitle: 120, children: 64 } as const

export const Status = z.enum(['idle', 'running', 'waiting', 'lost', 'archived'])
export type Status = z.infer<typeof Status>
export const WaitingFor = z.enum(['approval', 'host', 'quota', 'budget', 'children'])
export type WaitingFor = z.infer<typeof WaitingFor>

export const QueuedPrompt = z.object({
  prompt: z.string(),
  /** The first `viewBounds.queueText` characters; `chars` is the whole length. */
  text: z.string(),
  chars: z.number().int(),
  attachments: z.array(Attachment).optional(),
  by: Author,
})
export type QueuedPrompt = z.infer<typeof QueuedPrompt>

export const OpenAsk = z.object({
  approval: z.string(),
  call: z.string(),
  digest: z.string(),
  title: z.string(),
  rules: z.array(RuleVerdict),
  expiresAt: z.number().optional(),
  offers: z.array(Offer).optional(),
  /** It is about what this call changed, which is kept aside: nothing waits for the answer. */
  about: z.string().optional(),
  at: z.number(),
})
export type OpenAsk = z.infer<typeof OpenAsk>

export const OpenTurn = z.object({
  turn: z.string(),
  prompt: z.string(),
  startedAt: z.number(),
  host: z.object({ id: z.string(), epoch: z.string() }),
  /** Calls that were proposed and have no result yet. */
  openCalls: z.number().int(),
  /** A stop was ordered and the host has not confirmed it yet. */
  stopping: z.boolean(),
})

/** Tokens of all settled calls; `input` is uncached input. */
export const TokenSums = z.object({ input: z.number(), output: z.number(), cacheRead: z.number(), cacheWrite: z.number() })
export type TokenSums = z.infer<typeof TokenSums>

/** Everything a client needs to draw one session besides its transcript. A fold of the log; bounded, ≤ 64 KiB. */
export const SessionView = z.object({
  tree: z.string(),
  session: z.string(),
  /** Last event folded. */
  seq: z.number().int(),
  title: z.string(),
  /** False until a person named it: `title` is then the program's name for it, or the start of the first prompt. */
  titled: z.boolean(),
  createdAt: z.number(),
  updatedAt: z.number(),
  archived: z.boolean(),
  labels: z.record(z.string(), z.string()),
  agent: z.object({ name: z.string(), hash: z.string() }),
  harness: z.string(),
  model: z.string().optional(),
  effort: z.string().optional(),
  mode: Mode,
  version: z.string().optional(),
  /** What a person can use in the program that runs: slash commands and models. */
  offers: z.object({ commands: z.array(Choice), models: z.array(Choice) }),
  /** Ordered and not made yet: it is made between turns. */
  switching: z.object({ harness: z.string(), model: z.string().optional(), effort: z.string().optional() }).optional(),
  workspace: z.object({ mode: z.string(), path: z.string() }),
  /** Of its worktree, and what it came to after its last turn. */
  branch: z.string().optional(),
  work: WorktreeResult.optional(),
  host: z.object({ id: z.string(), epoch: z.string(), name: z.string(), attached: z.boolean() }).optional(),
  /** The profile that it was made with, before a machine has attested any. */
  sandbox: z.enum(profileNames).optional(),
  box: z.object({ profile: z.string(), processes: z.string(), advisory: z.boolean(), notes: z.array(z.string()), limits: HeldLimits.optional() }).optional(),
  /** The session of the tree that started this one. */
  parent: z.string().optional(),
  /** Those that it started, the newest last; `outcome`: how each came to rest last, absent until then. */
  children: z.array(z.object({ session: z.string(), handle: z.string(), agent: z.string(), title: z.string(), debate: z.string().optional(), outcome: Outcome.optional() })).optional(),
  forkedFrom: z.object({ tree: z.string(), session: z.string(), seq: z.number() }).optional(),
  turn: OpenTurn.optional(),
  lastOutcome: z.object({ turn: z.string(), outcome: Outcome, reason: z.string().optional(), advice: z.string().optional() }).optional(),
  limited: z.object({ message: z.string(), resetAt: z.number().optional() }).optional(),
  /** Orders to take files to another state, without the host's word yet; absent: none. */
  restoring: z.number().int().optional(),
  queue: z.array(QueuedPrompt),
  /** True after an interrupted or failed turn while prompts wait: they run when a person says so. */
  queueHeld: z.boolean(),
  asks: z.array(OpenAsk),
  /** Model calls that wait until others have settled, because together they might pass a limit. */
  waitingCalls: z.array(z.string()).default([]),
  plan: z.array(PlanEntry),
  counts: z.object({ turns: z.number(), steps: z.number(), calls: z.number(), unsupported: z.number() }),
  usage: TokenSums,
  money: z.object({
    /** Integer micro-dollars of the settled calls with a known price that no subscription covers. */
    microUsd: z.number().int(),
    /** What those that one covers would have cost. */
    planMicroUsd: z.number().int(),
    /** Settled calls whose price is not known; shown beside the sum, never counted as 0. */
    unpriced: z.number().int(),
    source: z.enum(['none', 'reported', 'metered', 'mixed']),
    /** By whose word the sums are what they are. */
    pricedBy: z.enum(['none', 'harness', 'table', 'override', 'mixed']),
  }),
  context: z.object({ used: z.number(), window: z.number().optional() }).optional(),
  /** Requests that left the box, or were to; absent: none was seen. */
  network: z.object({
    allowed: z.number().int(),
    denied: z.number().int(),
    /** What stands for a secret was where that secret does not go. */
    lastAlert: z.object({ at: z.number(), host: z.string(), secret: z.string() }).optional(),
  }).optional(),
})
export type SessionView = z.infer<typeof SessionView>

/** Derived, never stored beside the log. */
export function statusOf(view: SessionView): { readonly status: Status; readonly waitingFor?: WaitingFor } {
  if (view.archived) return { status: 'archived' }
  if (view.turn === undefined) {
    if (view.switching !== undefined) return view.host?.attached === false ? { status: 'waiting', waitingFor: 'host' } : { status: 'running' }
    if (view.restoring !== undefined) return view.host?.attached === false ? { status: 'waiting', waitingFor: 'host' } : { status: 'running' }
    if (view.asks.length > 0) return { status: 'waiting', waitingFor: 'approval' }
    // A prompt that could run and does not is waiting for a machine.
    return view.queue.length > 0 && !view.queueHeld ? { status: 'waiting', waitingFor: 'host' } : { status: 'idle' }
  }
  if (view.host !== undefined && !view.host.attached) return { status: 'waiting', waitingFor: 'host' }
  if (view.limited !== undefined) return { status: 'waiting', waitingFor: 'quota' }
  if (view.asks.length > 0) return { status: 'waiting', waitingFor: 'approval' }
  if (view.waitingCalls.length > 0) return { status: 'waiting', waitingFor: 'budget' }
  return { status: 'running' }
}
