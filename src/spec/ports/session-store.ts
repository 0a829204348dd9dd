import type { AskUsage, UsageReport } from '../api/usage.ts'
import type { Envelope } from '../events/envelope.ts'
import type { TreeMoney } from '../money/money-sums.ts'
import type { IndexRow } from '../view/index-row.ts'
import type { TranscriptItem } from '../view/transcript-item.ts'

/** One durable step of one tree: events, and what they change in the projections, in one transaction. */
export interface AppendBatch {
  readonly tree: string
  /** The last `seq` the writer knows. */
  readonly after: number
  /** Numbered and chained by the caller, `after + 1` first. At least one. */
  readonly events: readonly Envelope[]
  readonly items: readonly TranscriptItem[]
  readonly rows: readonly IndexRow[]
  /** Marks items of `session` with `after < key < before` as rewound. */
  readonly rewound?: readonly { readonly session: string; readonly after: number; readonly before: number }[]
  /** Blobs that these events name. */
  readonly blobs?: readonly string[]
  /** What the tree's model calls came to, where this batch changes it. */
  readonly money?: TreeMoney
}

/** A head that the server signed: completeness of a log up to it can be checked later. */
export interface SignedHead {
  readonly tree: string
  readonly seq: number
  readonly hash: string
  readonly at: number
  /** Ed25519 over JCS of the other fields, base64; `key` is the public key, SPKI DER, base64. */
  readonly signature: string
  readonly key: string
}

/** Where a fork's prefix lives. */
export interface ForkLink {
  readonly tree: string
  readonly session: string
  readonly seq: number
  readonly hash: string
}

/** The append-only log. Implementations: SQLite, memory; one suite in `test/conformance/store`. */
export interface SessionStore {
  /**
   * Resolves once durable (survives power loss of this process and machine as far as the disk tells the truth).
   * Batches of many trees may share one commit; batches of one tree keep their order.
   * @throws {AppError} 'conflict' when `after` is not the stored head; 'unavailable' when the disk refuses (full, read-only). Nothing of the batch is stored then.
   */
  append(batch: AppendBatch): Promise<void>
  /** Makes a fork: the tree exists from `from.seq` on, its prefix is read through the source. Its first own event must be `from.seq + 1`. Same contract as `append`. */
  fork(from: ForkLink, batch: AppendBatch): Promise<void>
  /** Events with `seq > after`, ascending, at most `limit`, through the prefix of a fork. Empty for an unknown tree. */
  read(tree: string, after: number, limit: number): Promise<readonly Envelope[]>
  /** Last event's number and hash; undefined for an unknown tree. */
  head(tree: string): Promise<{ readonly seq: number; readonly hash: string } | undefined>
  /** The fork's source, undefined for a tree that is none. */
  origin(tree: string): Promise<ForkLink | undefined>
  trees(): Promise<readonly string[]>
  /** The tree that `session` belongs to. */
  treeOf(session: string): Promise<string | undefined>
  /** Items of one session, newest `limit` before `before` (exclusive) or oldest `limit` after `after`; always ascending by key; through a fork's prefix. */
  items(session: string, page: { readonly before?: number; readonly after?: number; readonly limit: number; readonly withRewound?: boolean }): Promise<readonly TranscriptItem[]>
  /** Replaces data by `{erased: {at, digest}}`; the envelope and the chain stay. Items and search text that came from the event go too. */
  erase(tree: string, seqs: readonly number[], at: number): Promise<void>
  /** Removes a tree and its projections. Forks keep their prefix: it is written into them first. */
  remove(tree: string): Promise<void>
  /** Drops and rewrites the projections of a tree. */
  reindex(tree: string, projection: Pick<AppendBatch, 'items' | 'rows' | 'rewound'>): Promise<void>
  saveHead(head: SignedHead): Promise<void>
  signedHeads(tree: string): Promise<readonly SignedHead[]>
  /** A rebuildable cache of the engine's fold at `seq`, so that opening a long session does not fold it whole. */
  saveSnapshot(tree: string, snapshot: FoldSnapshot): Promise<void>
  snapshot(tree: string): Promise<FoldSnapshot | undefined>
  close(): Promise<void>
}

export interface FoldSnapshot {
  readonly seq: number
  /** Version of the fold code that wrote it; another version ignores it. */
  readonly version: string
  readonly state: string
}

export interface ListQuery {
  readonly archived?: boolean
  /** Words that all must occur in the title or the transcript; a prefix of a word matches. */
  readonly text?: string
  readonly label?: { readonly name: string; readonly value?: string }
  readonly limit: number
  /** Opaque, from an earlier page. */
  readonly cursor?: string
}

/** List, search and usage over every session; rows newest first by `updatedAt`. */
export interface SessionIndex {
  list(query: ListQuery): Promise<{ readonly rows: readonly IndexRow[]; readonly next?: string }>
  row(session: string): Promise<IndexRow | undefined>
  /** Trees with a session that runs, waits or has queued prompts: what an engine looks at when it starts. */
  active(): Promise<readonly string[]>
  search(text: string, limit: number): Promise<readonly SearchHit[]>
  /** What settled model calls used and cost; those of removed trees and erased events are gone. */
  usage(query: AskUsage): Promise<UsageReport>
  /** What every tree's model calls came to as its last batch with `money` says; of a removed tree what was spent. */
  money(): Promise<readonly { readonly tree: string; readonly money: TreeMoney }[]>
}

export interface SearchHit {
  readonly session: string
  readonly title: string
  /** Item that matched; 0 when the title did. */
  readonly key: number
  /** Text around the match; the match between U+0002 and U+0003. */
  readonly excerpt: string
}

export interface BlobStore {
  /** Stores bytes under their SHA-256 (lower-case hex) and returns it. Durable when it resolves. Storing the same bytes again is free. */
  put(bytes: Uint8Array): Promise<string>
  get(hash: string): Promise<Uint8Array | undefined>
  /** Removes blobs no event names and that are older than `olderThan` (epoch ms). Returns how many. */
  collect(olderThan: number): Promise<number>
}
