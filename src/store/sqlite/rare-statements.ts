import type { DatabaseSync } from 'node:sqlite'
import type { FoldSnapshot, SignedHead } from '../../spec/ports/session-store.ts'
import type { RareWrites } from './remove-tree.ts'
import { rowId } from './schema.ts'

/** Statements that are too rare to keep prepared. Writes run inside the commit queue. */
export class RareStatements implements RareWrites {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  trees(): string[] {
    return this.#database.prepare('SELECT tree FROM trees ORDER BY no').all().map((row) => String(row.tree))
  }

  setTreeBase(no: number, base: number | null, seq: number): void {
    this.#database.prepare('UPDATE trees SET base = ?, base_seq = ? WHERE no = ?').run(base, seq, no)
  }

  deleteTree(no: number): void {
    this.#database.prepare('DELETE FROM events WHERE id > ? AND id < ?').run(rowId(no, 0), rowId(no + 1, 0))
    for (const table of ['sessions', 'heads', 'snapshots']) this.#database.prepare(`DELETE FROM ${table} WHERE tree = ?`).run(no)
    this.#database.prepare('DELETE FROM trees WHERE no = ?').run(no)
  }

  saveHead(no: number, head: SignedHead): void {
    this.#database.prepare('INSERT OR REPLACE INTO heads (tree, seq, head) VALUES (?, ?, ?)').run(no, head.seq, JSON.stringify(head))
  }

  signedHeads(no: number): SignedHead[] {
    // Proof: written by `saveHead`.
    return this.#database.prepare('SELECT head FROM heads WHERE tree = ? ORDER BY seq').all(no).map((row) => JSON.parse(String(row.head)) as SignedHead)
  }

  saveSnapshot(no: number, { seq, version, state }: FoldSnapshot): void {
    this.#database.prepare('INSERT OR REPLACE INTO snapshots (tree, seq, version, state) VALUES (?, ?, ?, ?)').run(no, seq, version, state)
  }

  snapshot(no: number): FoldSnapshot | undefined {
    const row = this.#database.prepare('SELECT seq, version, state FROM snapshots WHERE tree = ?').get(no)
    return row === undefined ? undefined : { seq: Number(row.seq), version: String(row.version), state: String(row.state) }
  }

  dropSnapshot(no: number): void {
    this.#database.prepare('DELETE FROM snapshots WHERE tree = ?').run(no)
  }
}
