import { canonicalJson } from '../../base/canonical-json.ts'
import { AppError } from '../../spec/app-error.ts'
import type { BlobStore, SessionStore } from '../../spec/ports/session-store.ts'
import { namedBlobs } from '../projection/named-blobs.ts'
import { formatVersion, type LogLine, writeLine } from './log-lines.ts'

export interface TransferStores {
  readonly sessions: SessionStore
  readonly blobs: BlobStore
}

const pageSize = 500
// Divisible by three, so that each line's base64 stands for itself.
const blobPartBytes = 3 * 1024 * 1024

/**
 * Writes a tree as the lines of `log-lines.ts`, as it stands when the first line is asked for. Reads page by page.
 * @throws {AppError} 'not_found' for an unknown tree; 'internal' for a damaged blob.
 */
export async function* exportTree(stores: TransferStores, tree: string): AsyncGenerator<string> {
  for await (const line of treeLines(stores, tree)) yield writeLine(line)
}

/** The same lines before they become text. Without `blobs` their bytes are left out and nothing is said of them. */
export async function* treeLines(stores: Pick<TransferStores, 'sessions'> & { readonly blobs?: BlobStore }, tree: string): AsyncGenerator<LogLine> {
  const { sessions, blobs } = stores
  const head = await sessions.head(tree)
  if (head === undefined) throw new AppError('not_found', `There is no session tree ${tree}. It may have been removed.`)
  const origin = await sessions.origin(tree)
  yield { 'omnigent-log': formatVersion, tree, events: head.seq, head, ...(origin === undefined ? {} : { origin }) }
  const named = new Set<string>()
  for (let after = 0; after < head.seq; ) {
    const page = await sessions.read(tree, after, Math.min(pageSize, head.seq - after))
    if (page.length === 0) throw new AppError('conflict', `${tree} was removed while it was read.`)
    for (const event of page) {
      for (const hash of namedBlobs(canonicalJson(event.data))) named.add(hash)
      yield { event }
    }
    after += page.length
  }
  if (blobs !== undefined) for (const hash of named) yield* blobLines(blobs, hash)
  for (const signed of await sessions.signedHeads(tree)) if (signed.seq <= head.seq) yield { signed }
  yield { end: { events: head.seq, blobs: blobs === undefined ? 0 : named.size } }
}

async function* blobLines(blobs: BlobStore, hash: string): AsyncGenerator<LogLine> {
  const bytes = await blobs.get(hash)
  if (bytes === undefined) {
    yield { missing: hash }
    return
  }
  for (let from = 0; from === 0 || from < bytes.byteLength; from += blobPartBytes) {
    yield { blob: hash, base64: Buffer.from(bytes.subarray(from, from + blobPartBytes)).toString('base64') }
  }
}
