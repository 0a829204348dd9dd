import { z } from 'zod'

/** Text over this many bytes (UTF-8) goes to the content-addressed blob store; the event keeps its two ends. */
export const maxInlineBytes = 16 * 1024

export const BlobHash = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex')

export const StoredText = z.union([
  z.strictObject({ text: z.string() }),
  z.strictObject({
    head: z.string(),
    tail: z.string(),
    /** UTF-8 size of the whole. */
    bytes: z.number().int().nonnegative(),
    blob: BlobHash,
  }),
])
export type StoredText = z.infer<typeof StoredText>

/** What a person can read without opening the blob. */
export function readableText(stored: StoredText): string {
  if ('text' in stored) return stored.text
  return `${stored.head}\n… ${stored.bytes} bytes in all …\n${stored.tail}`
}
