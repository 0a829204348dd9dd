import { maxInlineBytes, type StoredText } from '../spec/stored-text.ts'
import type { BlobStore } from '../spec/ports/session-store.ts'
import type { StoreText } from './record-signal.ts'

const endChars = 2_000

/** Puts texts over 16 KiB into the blob store and answers, for each text, what an event keeps of it. */
export async function storeTexts(blobs: BlobStore, texts: readonly string[]): Promise<StoreText> {
  const known = new Map<string, StoredText>()
  for (const text of texts) {
    const bytes = Buffer.from(text, 'utf8')
    if (bytes.byteLength <= maxInlineBytes || known.has(text)) continue
    const blob = await blobs.put(bytes)
    known.set(text, { head: cutEnd(text.slice(0, endChars)), tail: cutStart(text.slice(-endChars)), bytes: bytes.byteLength, blob })
  }
  return (text) => known.get(text) ?? { text }
}

// A cut may fall between the halves of a surrogate pair.
const cutEnd = (text: string): string => (text.isWellFormed() ? text : text.slice(0, -1).toWellFormed())
const cutStart = (text: string): string => (text.isWellFormed() ? text : text.slice(1).toWellFormed())
