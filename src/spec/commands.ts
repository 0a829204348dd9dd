import { z } from 'zod'
import { effortLevels } from './agent/words.ts'
import { maxAttachments } from './attachment.ts'
import { BlobHash } from './stored-text.ts'

/**
 * Commands are orders. The client makes `id`, unique per tree: the same id sent twice is answered with the first result,
 * so a client may repeat a command it got no answer to.
 */
export const CommandId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 _ -')
export const PromptText = z.string().min(1, 'must not be empty').max(200_000)

const AttachmentRef = z.strictObject({ blob: BlobHash, name: z.string().min(1).max(200) })
export type AttachmentRef = z.infer<typeof AttachmentRef>
export const AttachmentRefs = z.array(AttachmentRef).max(maxAttachments)

const command = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.strictObject({ id: CommandId, type: z.literal(type), ...shape })

const ref = z.string().min(1).max(128)

export const Command = z.discriminatedUnion('type', [
  /** Runs now when the session is idle, otherwise joins the end of the queue. */
  command('turn.start', {
    text: PromptText,
    /** Files that were sent to `POST /v1/attachments` before. */
    attachments: AttachmentRefs.optional(),
  }),
  /** Adds to the running turn, or says that it will land with the next one. */
  command('turn.steer', { text: PromptText }),
  /** `lane`: this session only. `subtree` (default): its children too. */
  command('turn.interrupt', { scope: z.enum(['lane', 'subtree']).default('subtree') }),
  command('queue.change', { prompt: ref, text: PromptText }),
  command('queue.move', { prompt: ref, before: ref.nullable() }),
  command('queue.remove', { prompt: ref }),
  /** Sends a queued prompt into the running turn. */
  command('queue.steer', { prompt: ref }),
  /** Goes on with a queue that was held after an interrupted or failed turn. */
  command('queue.run', {}),
  /** `digest` is the one on the card: an answer to anything else is refused. */
  command('approval.answer', {
    approval: ref,
    digest: z.string().max(128),
    answer: z.enum(['allow', 'deny']),
    comment: z.string().max(2_000).optional(),
    /** Allow what the card offers to remember, for this session or for all of its work folder as far as the card offers that; `patterns`: one for each offer, in order, as the person wants it. */
    remember: z.strictObject({ scope: z.enum(['session', 'project']), patterns: z.array(z.record(z.string(), z.json())).max(20).optional() }).optional(),
  }),
  /** Adds policies to the session, as a policy file says them; one of the same name is replaced. */
  command('policy.add', { text: z.string().min(1).max(100_000) }),
  command('policy.remove', { name: z.string().min(1).max(64) }),
  /** Takes one of the session's own policies out of force, or back into it; its text is kept. */
  command('policy.switch', { name: z.string().min(1).max(64), on: z.boolean() }),
  command('grant.revoke', { grant: ref }),
  command('session.rename', { title: z.string().trim().min(1).max(200) }),
  command('session.label', {
    labels: z.record(z.string().regex(/^[\w.-]{1,64}$/), z.string().max(256).nullable()),
  }),
  command('session.archive', { archived: z.boolean() }),
  /** Back to just after the given turn (`null`: before the first). Conversation only until checkpoints land. */
  command('session.rewind', { turn: ref.nullable() }),
  /** Goes on with another harness, or another model or effort of the same; between turns, so after the one that runs. */
  command('harness.switch', { harness: ref, model: z.string().min(1).max(200).optional(), effort: z.enum(effortLevels).optional() }),
  /** `plan`: read and plan only. The gate holds the program to it at once; the program itself is told with the next prompt. */
  command('mode.set', { mode: z.enum(['default', 'plan']) }),
  /** A person declares that the machine of this session will not come back: its turn ends as failed. */
  command('host.declare-lost', {}),
])
export type Command = z.infer<typeof Command>
export type CommandType = Command['type']

/** What a command answers. `seq` is the last event it wrote (or the head, when it wrote none). */
export const CommandResult = z.strictObject({
  seq: z.number().int(),
  prompt: z.string().optional(),
  turn: z.string().optional(),
  /** `turn.start`: it waits in the queue. `turn.steer`: where it lands. */
  landing: z.enum(['running', 'queued', 'turn', 'next']).optional(),
})
export type CommandResult = z.infer<typeof CommandResult>
