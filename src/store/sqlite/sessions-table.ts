import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../spec/app-error.ts'
import type { IndexRow } from '../../spec/view/index-row.ts'
import type { Ancestor } from '../projection/lineage.ts'
import { isActive } from '../projection/list-cursor.ts'
import { indexText } from '../projection/search-words.ts'

export interface LaneRow {
  readonly no: number
  readonly session: string
  readonly tree: number
  readonly base: number | null
  readonly base_key: number
  readonly lineage: string | null
  readonly title: string
}

/** Reads and writes of `sessions` and of the words of their titles. Writes run inside the commit queue. */
export class SessionsTable {
  readonly #byName
  readonly #byNo
  readonly #ofTree
  readonly #forks
  readonly #insert
  readonly #setBase
  readonly #setRow
  readonly #dropTitle
  readonly #addTitle

  constructor(database: DatabaseSync) {
    const columns = 'no, session, tree, base, base_key, lineage, title'
    this.#byName = database.prepare(`SELECT ${columns} FROM sessions WHERE session = ?`)
    this.#byNo = database.prepare(`SELECT ${columns} FROM sessions WHERE no = ?`)
    this.#ofTree = database.prepare(`SELECT ${columns} FROM sessions WHERE tree = ?`)
    this.#forks = database.prepare(`SELECT ${columns} FROM sessions WHERE base = ?`)
    this.#insert = database.prepare('INSERT INTO sessions (session, tree) VALUES (?, ?)')
    this.#setBase = database.prepare('UPDATE sessions SET base = ?, base_key = ?, lineage = ? WHERE no = ?')
    this.#setRow = database.prepare('UPDATE sessions SET updated_at = ?, archived = ?, active = ?, title = ?, row = ? WHERE no = ?')
    this.#dropTitle = database.prepare('DELETE FROM title_words WHERE rowid = ?')
    this.#addTitle = database.prepare('INSERT INTO title_words (rowid, words) VALUES (?, ?)')
  }

  find(session: string): LaneRow | undefined {
    return asLane(this.#byName.get(session))
  }

  get(no: number): LaneRow {
    const lane = asLane(this.#byNo.get(no))
    if (lane === undefined) throw new AppError('internal', `The database names a session ${no} that it does not hold. Restore it from a backup.`)
    return lane
  }

  ofTree(tree: number): LaneRow[] {
    // Proof: the columns are those of LaneRow.
    return this.#ofTree.all(tree) as unknown as LaneRow[]
  }

  forksOf(no: number): LaneRow[] {
    // Proof: the columns are those of LaneRow.
    return this.#forks.all(no) as unknown as LaneRow[]
  }

  /** @throws {AppError} 'conflict' when the session belongs to another tree. */
  ensure(session: string, tree: number): LaneRow {
    const found = this.find(session)
    if (found === undefined) {
      const no = Number(this.#insert.run(session, tree).lastInsertRowid)
      return { no, session, tree, base: null, base_key: 0, lineage: null, title: '' }
    }
    if (found.tree !== tree) throw new AppError('conflict', `Session ${session} belongs to another tree. Use another id.`)
    return found
  }

  setBase(no: number, base: number | null, baseKey: number, lineage: readonly Ancestor[]): void {
    this.#setBase.run(base, baseKey, JSON.stringify(lineage), no)
  }

  setRow(lane: LaneRow, row: IndexRow): void {
    this.#setRow.run(row.updatedAt, Number(row.archived), Number(isActive(row)), row.title, JSON.stringify(row), lane.no)
    if (lane.title === row.title) return
    this.dropTitle(lane.no)
    this.#addTitle.run(lane.no, indexText(row.title))
  }

  dropTitle(no: number): void {
    this.#dropTitle.run(no)
  }
}

export function lineageFrom(lane: LaneRow): readonly Ancestor[] {
  // Proof: written by `setBase`.
  return lane.lineage === null ? [] : (JSON.parse(lane.lineage) as Ancestor[])
}

function asLane(row: unknown): LaneRow | undefined {
  // Proof: the columns are those of LaneRow.
  return row as LaneRow | undefined
}
