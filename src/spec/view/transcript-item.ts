import { z } from 'zod'
import { Action } from '../actions.ts'
import { Attachment } from '../attachment.ts'
import { Author } from '../events/envelope.ts'
import { Outcome, RuleVerdict, ToolOutcome } from '../events/turn-data.ts'
import { StoredText } from '../stored-text.ts'

const base = {
  /** The `seq` of the event that opened it: its identity and its place. */
  key: z.number().int(),
  /** The `seq` of the last event that changed it. */
  changed: z.number().int(),
  session: z.string(),
  turn: z.string().optional(),
  at: z.number(),
  by: Author,
  /** True once the conversation was rewound past it: shown only on demand. */
  rewound: z.boolean().optional(),
  /** True for what a program's own record told: it was said and run before this session was there. */
  imported: z.boolean().optional(),
}
const item = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({ ...base, kind: z.literal(kind), ...shape })

/** One row of a transcript. */
export const TranscriptItem = z.discriminatedUnion('kind', [
  item('prompt', { prompt: z.string().optional(), text: z.string(), attachments: z.array(Attachment).optional(), steer: z.enum(['turn', 'next']).optional() }),
  item('message', { item: z.string(), text: StoredText, reasoning: StoredText.optional(), partial: z.boolean().optional() }),
  item('tool', {
    call: z.string(),
    tool: z.string(),
    title: z.string(),
    input: StoredText,
    actions: z.array(Action),
    gated: z.boolean(),
    /** The call whose sub-agent, the program's own, made this one. */
    parent: z.string().optional(),
    /** No call of the program: a question about what this call changed. */
    about: z.string().optional(),
    /** No tool's call: what was decided is the start of the turn, a model call, or a request that leaves the box. */
    gates: z.enum(['turn', 'model', 'net', 'omni']).optional(),
    /** Names of the secrets that policies put into such a request. */
    inject: z.array(z.string()).optional(),
    state: z.union([z.enum(['proposed', 'asking', 'running']), ToolOutcome]),
    decision: z.object({ verdict: z.enum(['allow', 'warn', 'ask', 'deny']), rules: z.array(RuleVerdict) }).optional(),
    approval: z.object({ approval: z.string(), digest: z.string(), answer: z.enum(['allow', 'deny', 'expired']).optional(), by: Author.optional(), comment: z.string().optional() }).optional(),
    output: StoredText.optional(),
    exitCode: z.number().optional(),
    endedAt: z.number().optional(),
  }),
  /** End of a turn; drawn only when it did not simply complete. */
  item('end', { outcome: Outcome, reason: z.string().optional(), advice: z.string().optional(), ms: z.number().optional() }),
  /** `alert`: somebody may be at work who should not be. */
  item('notice', { level: z.enum(['info', 'warning', 'alert']), code: z.string(), text: z.string() }),
  item('unsupported', { type: z.string(), v: z.number(), why: z.enum(['unknown-type', 'newer-version', 'erased']) }),
])
export type TranscriptItem = z.infer<typeof TranscriptItem>
export type ItemOf<Kind extends TranscriptItem['kind']> = Extract<TranscriptItem, { kind: Kind }>

/** A piece of text that is streamed and never stored. `offset` in UTF-16 units from the start of `item`. */
export const Delta = z.object({
  session: z.string(),
  turn: z.string(),
  item: z.string(),
  kind: z.enum(['text', 'reasoning', 'output']),
  offset: z.number().int().nonnegative(),
  text: z.string(),
})
export type Delta = z.infer<typeof Delta>

/** What has been streamed of an item that is not completed yet: the start for a late joiner. */
export const PartialItem = z.object({ session: z.string(), turn: z.string(), item: z.string(), kind: Delta.shape.kind, text: z.string() })
export type PartialItem = z.infer<typeof PartialItem>
