import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../spec/app-error.ts'
import type { ForkLink } from '../../spec/ports/session-store.ts'

export interface TreeRow {
  readonly no: number
  readonly tree: string
  readonly seq: number
  readonly hash: string
  /** Where events up to `base_seq` are read; null when all are here. */
  readonly base: number | null
  readonly base_seq: number
  /** ForkLink as JSON; stays when the source is gone. */
  readonly origin: string | null
}

// More would not fit the numbers of schema.ts.
const maxTrees = 2 ** 22

/** Reads and writes of `trees`. Writes run inside the commit queue. */
export class TreesTable {
  readonly #byName
  readonly #byNo
  readonly #insert
  readonly #moveHead
  readonly #forks

  constructor(database: DatabaseSync) {
    const columns = 'no, tree, seq, hash, base, base_seq, origin'
    this.#byName = database.prepare(`SELECT ${columns} FROM trees WHERE tree = ?`)
    this.#byNo = database.prepare(`SELECT ${columns} FROM trees WHERE no = ?`)
    this.#insert = database.prepare('INSERT INTO trees (tree, seq, hash, base, base_seq, origin) VALUES (?, ?, ?, ?, ?, ?)')
    this.#moveHead = database.prepare('UPDATE trees SET seq = ?, hash = ? WHERE no = ?')
    this.#forks = database.prepare(`SELECT ${columns} FROM trees WHERE base = ?`)
  }

  find(tree: string): TreeRow | undefined {
    return asTree(this.#byName.get(tree))
  }

  get(no: number): TreeRow {
    const row = asTree(this.#byNo.get(no))
    if (row === undefined) throw new AppError('internal', `The database names a tree ${no} that it does not hold. Restore it from a backup.`)
    return row
  }

  add(tree: string, base?: { readonly no: number; readonly seq: number }, origin?: ForkLink): number {
    const { lastInsertRowid } = this.#insert.run(tree, 0, '', base?.no ?? null, base?.seq ?? 0, origin === undefined ? null : JSON.stringify(origin))
    const no = Number(lastInsertRowid)
    if (no > maxTrees) throw new AppError('too_large', 'This store holds as many sessions as it can. Remove old sessions.')
    return no
  }

  moveHead(no: number, seq: number, hash: string): void {
    this.#moveHead.run(seq, hash, no)
  }

  forksOf(no: number): TreeRow[] {
    // Proof: the columns are those of TreeRow.
    return this.#forks.all(no) as unknown as TreeRow[]
  }

  /** Which rows of `events` hold the events `above < seq ≤ upTo` of a tree, through its prefix, ascending. */
  segments(tree: TreeRow, above: number, upTo: number): { no: number; above: number; upTo: number }[] {
    const segments: { no: number; above: number; upTo: number }[] = []
    let current = tree
    let end = Math.min(upTo, tree.seq)
    for (;;) {
      if (end > current.base_seq) segments.unshift({ no: current.no, above: Math.max(above, current.base_seq), upTo: end })
      end = Math.min(end, current.base_seq)
      if (current.base === null || end <= above) return segments
      current = this.get(current.base)
    }
  }
}

function asTree(row: unknown): TreeRow | undefined {
  // Proof: the columns are those of TreeRow.
  return row as TreeRow | undefined
}
