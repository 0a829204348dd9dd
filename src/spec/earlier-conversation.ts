import { z } from 'zod'

/** Names a program's own conversation to people and over HTTP. Never a path. */
export const ConversationId = z.string().regex(/^[A-Za-z0-9][\w-]{0,127}$/, 'must be the id of an earlier conversation')

/** A conversation that a person had with a program itself, by hand, in one folder. */
export const EarlierConversation = z.object({
  id: ConversationId,
  /** Its own name, else the start of its first prompt. One line. */
  title: z.string(),
  updatedAt: z.number(),
  /** Undefined when its record is too long to be counted for a list. */
  turns: z.number().int().optional(),
})
export type EarlierConversation = z.infer<typeof EarlierConversation>

/** Those of one harness, newest first. */
export const ConversationList = z.object({
  harness: z.string(),
  title: z.string(),
  conversations: z.array(EarlierConversation),
  /** Why there are none, when that is not because there are none. */
  problem: z.string().optional(),
})
export type ConversationList = z.infer<typeof ConversationList>

const at = { /** When it was said, epoch ms, where the record tells. */ at: z.number().optional() }

/** One part of a transcript that was written by somebody else: `Text` is how its texts are held. */
export const partOf = <Text extends z.ZodType>(text: Text) => z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prompt'), text: z.string(), ...at }),
  z.object({ kind: z.literal('message'), text, ...at }),
  z.object({
    kind: z.literal('tool'), tool: z.string(), title: z.string(), input: text, output: text, ...at,
    /** `interrupted`: the record has no result. */
    outcome: z.enum(['ok', 'error', 'denied', 'interrupted']),
  }),
])
export const ConversationPart = partOf(z.string())
export type ConversationPart = z.infer<typeof ConversationPart>

/** What is taken in of one. */
export const ReadConversation = z.object({
  /** To go on with it natively. */
  token: z.string().max(4_096),
  title: z.string(),
  parts: z.array(ConversationPart),
  /** What is not among the parts, for people; the program itself knows it. */
  leftOut: z.string().optional(),
})
export type ReadConversation = z.infer<typeof ReadConversation>
