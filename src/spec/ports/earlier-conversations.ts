import { z } from 'zod'
import type { ConversationPart } from '../earlier-conversation.ts'

/** Where a program’s own records are looked for. */
export interface ConversationPlace {
  /** The program's whole environment: it says where its folder is. */
  readonly env: Readonly<Record<string, string>>
  /** The folder they were had in, absolute, without links. */
  readonly workspace: string
}

/** Before the host has cleaned and bounded it. */
export interface FoundConversation {
  readonly id: string
  /** What `HarnessContext.resume` takes to go on with it. */
  readonly token: string
  readonly title: string
  readonly updatedAt: number
  readonly turns?: number
}

/** Where a program keeps one of them. */
export interface ConversationFile {
  /** Absolute. */
  readonly file: string
  /** Its path in the program's own folder: laid down there in another one, the program finds it by its token. */
  readonly within: string
}

export interface ConversationRecord {
  /** In order; of a record that is too long the newest. */
  readonly parts: readonly ConversationPart[]
  /** What the parts lack, one sentence for people. */
  readonly leftOut?: string
}

/**
 * Conversations that a person had with the program by hand. Reads the program's own files and runs nothing; what is in them is
 * hostile, and what can not be read is passed over. Never throws for what it finds there.
 */
export interface EarlierConversations {
  /** Of this very folder, newest first, at most `maxConversations`. */
  list(place: ConversationPlace): Promise<readonly FoundConversation[]>
  /** Only one that `list` could name; undefined for any other. */
  read(place: ConversationPlace, id: string): Promise<ConversationRecord | undefined>
  /** The same, as it lies. */
  find(place: ConversationPlace, id: string): Promise<ConversationFile | undefined>
}

export const maxConversations = 30

/** Where, in a session's private folder, the host puts the record of the conversation that it goes on with; and beside it, as JSON, whose it is. */
export const broughtAlong = (harness: string): string => `brought/${harness}.jsonl`
export const broughtMeta = (harness: string): string => `brought/${harness}.json`
/** Read from its text: an agent may have changed it since. */
export const BroughtRecord = z.string().transform((text, { addIssue }): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    addIssue('is no JSON')
    return z.NEVER
  }
}).pipe(z.object({ token: z.string(), within: z.string() }))
