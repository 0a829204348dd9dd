import { z } from 'zod'
import { Action, ActionKind } from '../actions.ts'
import { Attachment } from '../attachment.ts'
import { StoredText } from '../stored-text.ts'
import { Usage } from './usage.ts'

const id = z.string()
export const Outcome = z.enum(['completed', 'interrupted', 'failed'])
export type Outcome = z.infer<typeof Outcome>

/** `unknown`: released, and then its machine died before a result: shown, never re-run, counted as executed. */
export const ToolOutcome = z.enum(['ok', 'error', 'denied', 'interrupted', 'unknown'])
export type ToolOutcome = z.infer<typeof ToolOutcome>

/** One rule's part in a decision. */
export const RuleVerdict = z.object({
  rule: z.string(),
  verdict: z.enum(['allow', 'warn', 'ask', 'deny']),
  message: z.string().optional(),
  /** SHA-256 of the rule: the same words at the same level. Absent for rules of the engine itself. */
  hash: z.string().optional(),
  /** What the rule measured: micro-dollars, tokens or a count. */
  value: z.number().optional(),
  /** Numbers of the events that made it true. */
  because: z.array(z.number().int()).max(50).optional(),
  /** The actions of the call on which it fired, by their place. */
  actions: z.array(z.number().int()).max(50).optional(),
  /** It fired because something could not be determined. */
  unknown: z.boolean().optional(),
  /** The grant that answered what it asks. */
  grant: z.string().optional(),
  /** The call that passed the tool gate, where that answers what it asks about the request which that call makes. */
  permit: z.string().optional(),
})
export type RuleVerdict = z.infer<typeof RuleVerdict>

/** What a person may be remembered to have allowed, as one pattern that they see and may change. */
export const Offer = z.object({
  rule: z.string(), hash: z.string(), kind: ActionKind, pattern: z.record(z.string(), z.json()),
  /** For how long; left out: for the session. */
  scope: z.enum(['session', 'project']).optional(),
})
export type Offer = z.infer<typeof Offer>

/** Who pays for a model call: a subscription, whatever it is used for, or somebody for each call. */
export const Billing = z.enum(['plan', 'metered'])
export type Billing = z.infer<typeof Billing>

export const PlanEntry = z.object({ text: z.string(), status: z.enum(['pending', 'active', 'done']) })

/** What became of a file while a call ran. */
export const FileChange = z.object({ path: z.string(), kind: z.enum(['created', 'modified', 'deleted']), bytes: z.number().int().optional() })
export type FileChange = z.infer<typeof FileChange>

/** A state of the work folder that its host keeps. `id` names it there; equal trees, equal files. */
export const CheckpointNote = z.object({
  checkpoint: id,
  label: z.string(),
  tree: z.string(),
  /** Of the project's own repository at that time; absent: there is none, or it could not be read. */
  repository: z.object({ branch: z.string().optional(), head: z.string().optional(), indexTree: z.string().optional() }).optional(),
  /** What the checkpoint does not hold, by reason, with the first paths. */
  notCovered: z.array(z.object({ reason: z.string(), count: z.number().int(), paths: z.array(z.string()) })).optional(),
})
export type CheckpointNote = z.infer<typeof CheckpointNote>

/** What became of paths that were to go back to another state. Absolute. */
export const RestoreOutcome = z.object({
  restored: z.array(z.string()),
  /** Were so already. */
  unchanged: z.array(z.string()),
  /** Stay as they are: `changed` is not what this session left; `in-the-way` is something else on the path; `not-covered` is in no checkpoint. */
  conflicts: z.array(z.object({ path: z.string(), reason: z.enum(['changed', 'in-the-way', 'not-covered']) })),
  /** Checkpoints of the state right before and after; absent when nothing was done. */
  before: id.optional(),
  after: id.optional(),
  /** Why nothing could be done. */
  error: z.string().optional(),
})
export type RestoreOutcome = z.infer<typeof RestoreOutcome>

export const turnData = {
  'turn.started': z.object({
    prompt: id,
    text: z.string(),
    attachments: z.array(Attachment).optional(),
    harness: z.string(),
    model: z.string().optional(),
    /** The host, in the epoch, that this turn is given to. Another epoch of it means the turn died. */
    host: z.object({ id, epoch: z.string() }),
  }),
  'turn.steered': z.object({ steer: id, text: z.string(), landing: z.enum(['turn', 'next']) }),
  /** A person ordered a stop: durable before it is acknowledged; `turn.ended` follows on the host's word. */
  'interrupt.requested': z.object({ scope: z.enum(['lane', 'subtree']) }),
  'turn.ended': z.object({ outcome: Outcome, reason: z.string().optional(), advice: z.string().optional() }),
  'step.started': z.object({ step: id, model: z.string().optional() }),
  'step.ended': z.object({
    step: id,
    model: z.string().optional(),
    usage: Usage.optional(),
    context: z.object({ used: z.number().int(), window: z.number().int().optional() }).optional(),
  }),
  'message.completed': z.object({
    item: id,
    text: StoredText,
    reasoning: StoredText.optional(),
    /** True when it was cut off by an interrupt or a crash. */
    partial: z.boolean().optional(),
  }),
  'tool.proposed': z.object({
    call: id,
    tool: z.string(),
    title: z.string(),
    input: StoredText,
    actions: z.array(Action),
    /** False when the program ran it without asking (seen, not gated). */
    gated: z.boolean(),
    /** The call whose sub-agent, the program's own, makes this one. */
    parent: id.optional(),
    /** No tool of the program's: what is decided is the start of the turn, a model call, a request that leaves the box, or what the engine does for the agent. */
    gates: z.enum(['turn', 'model', 'net', 'omni']).optional(),
    /** Of such a request: its id at the session's gateway, and the names of the secrets that policies put into it. */
    request: id.optional(),
    inject: z.array(z.string()).optional(),
    /** No call of the program: a question about what this call changed, which is kept aside until it is answered. */
    about: id.optional(),
  }),
  'policy.decided': z.object({
    call: id,
    verdict: z.enum(['allow', 'warn', 'ask', 'deny']),
    rules: z.array(RuleVerdict),
    /** Nothing forbids it, and other model calls have to settle before it may go. */
    wait: z.boolean().optional(),
    /** Of a request that is inside of what a call was let do: that call, and the places of its actions, which are used up by it. */
    permit: z.object({ call: id, actions: z.array(z.number().int()) }).optional(),
    digest: z.string(),
    policyHash: z.string(),
    /** Every fact the decision used that is not in this log, so that a replay reads nothing else. */
    inputs: z.record(z.string(), z.json()),
  }),
  'approval.requested': z.object({
    approval: id,
    call: id,
    digest: z.string(),
    title: z.string(),
    rules: z.array(RuleVerdict),
    /** Epoch milliseconds: then it is refused. */
    expiresAt: z.number().optional(),
    /** Absent when nothing may be remembered. */
    offers: z.array(Offer).max(20).optional(),
    /** Nothing waits for the answer, so the end of the turn does not close it: it is about what this call changed. */
    about: id.optional(),
  }),
  'approval.answered': z.object({
    approval: id,
    answer: z.enum(['allow', 'deny']),
    comment: z.string().optional(),
  }),
  'approval.expired': z.object({ approval: id, reason: z.string() }),
  /** Durable before the program hears "yes". */
  'tool.released': z.object({ call: id, approval: id.optional() }),
  'tool.completed': z.object({
    call: id,
    outcome: ToolOutcome,
    output: StoredText,
    exitCode: z.number().int().optional(),
    /** As its `tool.proposed` says. */
    about: id.optional(),
  }),
  'money.settled': z.object({
    step: id,
    model: z.string().optional(),
    usage: Usage,
    /** Integer micro-dollars; null when the price is not known. */
    microUsd: z.number().int().nullable(),
    /** Who counted the tokens: the program, or we on its wire. */
    source: z.enum(['reported', 'metered']),
    /** The program that made the call; older logs say it in the turn only. */
    harness: z.string().optional(),
    /** Whose word the price is: the program's, that of the shipped table, or the user's. Left out where the price is not known. */
    pricedBy: z.enum(['harness', 'table', 'override']).optional(),
    /** Version of the table that priced it. */
    priceTable: z.string().optional(),
    /** `plan`: covered by a subscription, so that `microUsd` is what it would have cost. Left out where nobody knows: that counts as metered. */
    billing: Billing.optional(),
    /** The reservation it settles. */
    reservation: id.optional(),
    /** Nobody said what the call used: it is counted as what was known or held back. */
    estimated: z.boolean().optional(),
  }),
  /** Held back for a model call that is about to be made; ended by `money.settled` or `money.released`. Tokens at most; null when the price is not known. */
  'money.reserved': z.object({
    reservation: id, model: z.string(), microUsd: z.number().int().nonnegative().nullable(),
    harness: z.string().optional(), tokens: z.object({ input: z.number().int().nonnegative(), output: z.number().int().nonnegative() }).optional(), billing: Billing.optional(),
  }),
  'money.released': z.object({ reservation: id }),
  /** A level's policies, whole. They hold from here on, for all of the log before too. */
  'policy.changed': z.object({
    level: z.enum(['server', 'session']), hash: z.string(), policies: z.array(z.record(z.string(), z.json())),
    /** Of a session's: kept, and not in force. */
    off: z.array(z.record(z.string(), z.json())).optional(),
  }),
  /** A person's standing yes to one rule, for actions that fit the pattern. */
  'grant.made': z.object({ grant: id, approval: id.optional(), rule: z.string(), hash: z.string(), kind: ActionKind, pattern: z.record(z.string(), z.json()), scope: z.enum(['session', 'project']) }),
  'grant.revoked': z.object({ grant: id }),
  /** What files became while a call ran (or, without one, between calls), as far as the workspace is covered. Paths are absolute. */
  'file.changed': z.object({
    call: id.optional(),
    changes: z.array(FileChange),
    /** More changed than is named here. */
    truncated: z.boolean().optional(),
    /** The checkpoints between which it changed: the last one before the look that saw it, and the one of that look. */
    from: id.optional(),
    to: id.optional(),
  }),
  /** A state of the work folder was kept: before each turn, and after each call that changed files. */
  'checkpoint.made': CheckpointNote.extend({ call: id.optional() }),
  /** The work folder can not be looked at: from here on what calls change is neither seen nor taken back. */
  'checkpoint.failed': z.object({ reason: z.string() }),
  /**
   * Files are to go to another state; durable before the host hears of it. `back`: a rule would not have let a call change them.
   * `again`: a person wants what was kept aside. Each only where the file still is what `left` says.
   */
  'restore.requested': z.object({
    restore: id,
    direction: z.enum(['back', 'again']),
    /** The call whose changes these are. */
    call: id,
    /** The question about those of them that are kept aside. */
    card: id.optional(),
    /** The machine they are on. */
    host: id,
    workspace: z.string(),
    paths: z.array(FileChange.extend({ to: id, left: id, aside: z.boolean().optional() })),
    /** Why, where nobody is asked. */
    rules: z.array(RuleVerdict),
  }),
  /** The host's word on it. */
  'checkpoint.restored': RestoreOutcome.extend({ restore: id, direction: z.enum(['back', 'again']), call: id, card: id.optional() }),
  /** A request on its way out of the box, and what became of it. `table` and `gateway` decide alone and tell the first of a host. */
  'net.decided': z.object({
    request: id,
    scheme: z.string(), host: z.string(), port: z.number().int(), method: z.string(), path: z.string(),
    verdict: z.enum(['allowed', 'denied']),
    /** `kept`: an answer that came when nobody waited for it any more. */
    by: z.enum(['policy', 'table', 'gateway', 'kept']),
    /** Of one that policies decided: the call of its `tool.proposed`, which has all of it. */
    call: id.optional(),
    /** What decided it without a call. */
    rule: z.string().optional(),
    /** Names of the secrets that are put into it. */
    secrets: z.array(z.string()).optional(),
    /** What stands for a secret turned up where that secret does not go. */
    alert: z.literal('placeholder').optional(),
  }),
  /** What table and gateway decided alone, per host, since the last one: epoch milliseconds. */
  'net.summary': z.object({ host: z.string(), from: z.number(), until: z.number(), allowed: z.number().int(), denied: z.number().int() }),
  'secret.used': z.object({ secret: z.string(), form: z.enum(['bearer', 'basic', 'header', 'placeholder']), request: id, host: z.string(), method: z.string(), path: z.string() }),
  'plan.changed': z.object({ entries: z.array(PlanEntry).max(200) }),
  'context.compacted': z.object({}),
  /** Something a person should know that is no failure: said once, in grey. */
  'notice.given': z.object({
    level: z.enum(['info', 'warning']),
    text: z.string(),
    /** The agent hears it too: as the steer of this id where that is possible, and with its next prompt. */
    tell: id.optional(),
  }),
} as const
