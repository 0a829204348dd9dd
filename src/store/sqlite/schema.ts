/**
 * The database, version 3 (tables: `migrations/`). Events and items are clustered by tree and by lane in one B-tree each:
 *
 *   events.id = trees.no    × 2^30 + seq     one row per event, canonical texts: `head` is JCS(envelope without data, prev,
 *                                            hash), `data` is JCS(data), exactly what was hashed
 *   items.id  = sessions.no × 2^30 + key     one row per transcript item, JSON
 *   usage.id  = events.id                    one row per settled model call
 *
 * A fork has `trees.base` and `base_seq`: events up to it are read there; `sessions.base` and `base_key` say the same for its
 * root lane. Items of a lane with `key ≤ base_key` are overrides: the item as it was at the fork point.
 */
import type { Generated } from 'kysely'

export interface StoreTables {
  trees: { no: Generated<number>; tree: string; seq: number; hash: string; base: number | null; base_seq: number; origin: string | null }
  sessions: {
    no: Generated<number>; session: string; tree: number; base: number | null; base_key: number; lineage: string | null
    updated_at: number; archived: number; active: number; title: string; row: string | null
  }
  /** `TreeMoney` as JSON; stays when the tree is removed. */
  money: { tree: string; money: string }
  heads: { tree: number; seq: number; head: string }
  item_words: { rowid: number; words: string }
  title_words: { rowid: number; words: string }
  usage: {
    id: number; lane: number; at: number; model: string; harness: string | null; plan: number
    micro_usd: number | null; input: number; output: number; cache_read: number; cache_write: number
  }
}

const span = 2 ** 30

export const rowId = (owner: number, number: number): number => owner * span + Math.min(number, span - 1)
export const ownerOf = (id: number): number => Math.floor(id / span)
export const numberOf = (id: number): number => id % span
