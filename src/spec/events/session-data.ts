import { z } from 'zod'
import { profileNames } from '../agent/words.ts'
import { Attachment } from '../attachment.ts'
import { HeldLimits } from '../box-limits.ts'
import { partOf } from '../earlier-conversation.ts'
import { StoredText } from '../stored-text.ts'

const id = z.string()
export const Labels = z.record(z.string().min(1).max(64), z.string().max(256))

/** The resolved agent, pinned: editing the file later changes new sessions only. `spec` is read by `spec/agent`. */
export const PinnedAgent = z.object({ name: z.string(), hash: z.string(), spec: z.record(z.string(), z.json()) })
export type PinnedAgent = z.infer<typeof PinnedAgent>

export const WorkspaceRef = z.object({ mode: z.enum(['here', 'worktree', 'temp']), path: z.string() })

/** Something to choose in a program: `id` is its own word, `title` for people. */
export const maxChoices = 100
export const Choice = z.object({ id: z.string().max(200), title: z.string().max(200) })
export type Choice = z.infer<typeof Choice>

export const Mode = z.enum(['default', 'plan'])
export type Mode = z.infer<typeof Mode>

const opening = {
  agent: PinnedAgent,
  harness: z.string(),
  model: z.string().optional(),
  effort: z.string().optional(),
  /** The sandbox profile that a person asked for, or the agent's, or the configured one. */
  sandbox: z.enum(profileNames).optional(),
  workspace: WorkspaceRef,
  title: z.string().optional(),
}

/** What a head of a debate came to in a round. `unclear`: it did not say so in the form that it was asked for. */
export const HeadWord = z.discriminatedUnion('type', [
  z.object({ type: z.literal('said'), agrees: z.boolean(), changed: z.boolean(), remaining: z.array(z.string()), unclear: z.boolean().optional() }),
  z.object({ type: z.literal('failed'), reason: z.string() }),
])
export type HeadWord = z.infer<typeof HeadWord>

/** A worktree of a session's own: `path` is its folder, `repository` a folder in the user's, `base` the commit that its branch starts from. */
export const WorktreeMade = z.object({ path: z.string(), repository: z.string(), branch: z.string(), base: z.string(), hadChanges: z.boolean(), notes: z.array(z.string()) })

/** What its branch came to. `refused`: it was not taken over, and nothing of the user's has changed. */
export const WorktreeResult = z.discriminatedUnion('type', [
  z.object({ type: z.literal('collected'), head: z.string(), ahead: z.number().int(), files: z.number().int(), added: z.number().int(), removed: z.number().int(), uncommitted: z.number().int().optional(), notes: z.array(z.string()) }),
  z.object({ type: z.literal('refused'), reason: z.string(), detail: z.string() }),
])
export type WorktreeResult = z.infer<typeof WorktreeResult>

export const sessionData = {
  /** `parent`: the session of the same tree that started it. */
  'session.created': z.object({ ...opening, parent: id.optional() }),
  'session.forked': z.object({
    ...opening,
    from: z.object({ tree: id, session: id, seq: z.number().int().positive(), hash: z.string() }),
  }),
  /** One part of a conversation that was had with the program by hand: shown and told like one's own, decided on and paid for by nobody here. */
  'part.imported': z.object({ part: partOf(StoredText) }),
  /** Its end: the program knows by itself what came before, under `resume`; the session goes on from here. */
  'conversation.imported': z.object({ harness: z.string(), title: z.string(), from: z.string(), turns: z.number().int(), resume: z.string(), leftOut: z.string().optional() }),
  'worktree.made': WorktreeMade,
  'worktree.collected': z.object({ result: WorktreeResult }),
  /** The session started another one of its tree, on a task. `handle`: what it calls it. */
  'child.spawned': z.object({ child: id, handle: z.string(), agent: z.string(), title: z.string(), debate: id.optional() }),
  /** The engine asks several children one question, for `request`; then, for so many rounds at most, each what it thinks of what the others said. */
  'debate.started': z.object({ debate: id, request: id, handle: z.string(), question: z.string(), rounds: z.number().int().nonnegative(), heads: z.array(z.object({ child: id, agent: z.string() })) }),
  /** A round is over: what each head came to, in their order; the next one begins with those that have not failed. */
  'debate.advanced': z.object({ debate: id, round: z.number().int().positive(), words: z.array(HeadWord) }),
  'debate.ended': z.object({ debate: id, reason: z.enum(['answered', 'agree', 'unchanged', 'rounds', 'heads']), round: z.number().int().nonnegative(), words: z.array(HeadWord) }),
  /** A child has nothing left to do: what it said last is for its parent. Exactly one for each time that it comes to rest. `started`: false where its program never came to work. */
  'inbox.posted': z.object({ entry: id, child: id, handle: z.string(), title: z.string(), outcome: z.enum(['completed', 'interrupted', 'failed']), started: z.boolean(), text: StoredText, /** What its branch came to. */ branch: z.string().optional(), reason: z.string().optional() }),
  /** The agent has been told, by what it called or by the prompt that woke it. */
  'inbox.delivered': z.object({ entries: z.array(id).min(1), by: z.enum(['call', 'wake']), request: id.optional() }),
  /** The answer to `request` came when nobody waited for it any more: what it told is news again. */
  'inbox.returned': z.object({ request: id }),
  'session.renamed': z.object({ title: z.string().min(1).max(200) }),
  /** `null` removes a label. */
  'session.labelled': z.object({ labels: z.record(z.string().min(1).max(64), z.string().max(256).nullable()) }),
  'session.archived': z.object({ archived: z.boolean() }),
  /** The conversation goes back to just after event `to` (a `turn.ended`, or 0 for the start). History and money stay. */
  'session.rewound': z.object({ to: z.number().int().nonnegative() }),
  'queue.added': z.object({ prompt: id, text: z.string(), attachments: z.array(Attachment).optional() }),
  'queue.changed': z.object({ prompt: id, text: z.string() }),
  /** `before: null` moves to the end. */
  'queue.moved': z.object({ prompt: id, before: id.nullable() }),
  'queue.removed': z.object({ prompt: id }),
  /** A person lets a held queue go on. */
  'queue.resumed': z.object({}),
  /** `home`: the home folder of the user there. */
  'host.attached': z.object({ host: id, epoch: z.string(), name: z.string(), home: z.string().optional() }),
  'host.lost': z.object({ host: id, epoch: z.string(), reason: z.string() }),
  'box.attested': z.object({
    profile: z.string(),
    processes: z.enum(['namespace', 'group']),
    advisory: z.boolean(),
    notes: z.array(z.string()),
    /** What holds each limit that the agent's file wanted. */
    limits: HeldLimits.optional(),
    /** The work folder without symlinks: what paths are compared with. */
    workspace: z.string().optional(),
  }),
  /** Written when a program is ready and again whenever its resume token changes; the last one holds. */
  'harness.started': z.object({
    harness: z.string(),
    version: z.string(),
    model: z.string().optional(),
    resume: z.string().optional(),
  }),
  /** A person ordered a switch: durable before it is acknowledged; it is made between turns. A later one replaces it. */
  'switch.requested': z.object({ harness: z.string(), model: z.string().optional(), effort: z.string().optional() }),
  /** The new program is up and has been given the conversation; `lost` names what could not be carried over. */
  'harness.switched': z.object({ from: z.string(), harness: z.string(), model: z.string().optional(), effort: z.string().optional(), lost: z.array(z.string()) }),
  /** The new program did not come up: the session stays on the one it had. */
  'switch.failed': z.object({ harness: z.string(), reason: z.string(), advice: z.string().optional() }),
  /** Its own record of the conversation is gone: from now on it is told all of it. */
  'harness.forgot': z.object({ harness: z.string() }),
  /** What a person can use in the program that runs. Each list replaces the one told before. */
  'harness.offered': z.object({ commands: z.array(Choice).max(maxChoices).optional(), models: z.array(Choice).max(maxChoices).optional() }),
  /** `plan`: read and plan only; see `policy/plan-mode.ts`. */
  'mode.changed': z.object({ mode: Mode }),
  'harness.exited': z.object({ code: z.number().nullable(), signal: z.string().nullable(), detail: z.string() }),
  'harness.limited': z.object({ message: z.string(), resetAt: z.number().optional() }),
} as const
