import type { SessionPage } from '../spec/api/http.ts'
import type { IndexRow } from '../spec/view/index-row.ts'

/** The session list as a client shows it. Immutable. */
export interface ListState {
  /** Newest change first. */
  readonly rows: readonly IndexRow[]
  /** Cursor of the next older page; undefined when all are here. */
  readonly next: string | undefined
  /** False until the first page came. */
  readonly loaded: boolean
}

export const emptyListState: ListState = { rows: [], next: undefined, loaded: false }

/** Takes in changed rows. A row that is older than the one here is dropped: pages and pushes may overtake each other. */
export function mergeRows(state: ListState, rows: readonly IndexRow[], removed: readonly string[] = []): ListState {
  const bySession = new Map(state.rows.map((row) => [row.session, row]))
  for (const row of rows) {
    const known = bySession.get(row.session)
    if (known === undefined || known.seq <= row.seq) bySession.set(row.session, row)
  }
  for (const session of removed) bySession.delete(session)
  return { ...state, rows: [...bySession.values()].toSorted((a, b) => b.updatedAt - a.updatedAt || (a.session < b.session ? 1 : -1)) }
}

/** A further page, older than the ones here. */
export function addPage(state: ListState, page: SessionPage): ListState {
  return { ...mergeRows(state, page.sessions), next: page.next, loaded: true }
}

/**
 * The first page, fetched after the line was down: what should be in it and is not was removed meanwhile. `touched` are
 * sessions that were pushed since the page was asked for; the page may not know them.
 */
export function replaceFirstPage(state: ListState, page: SessionPage, touched: ReadonlySet<string>): ListState {
  const oldest = page.next === undefined ? Number.NEGATIVE_INFINITY : (page.sessions.at(-1)?.updatedAt ?? Number.NEGATIVE_INFINITY)
  const inPage = new Set(page.sessions.map((row) => row.session))
  const kept = state.rows.filter((row) => row.updatedAt < oldest || inPage.has(row.session) || touched.has(row.session))
  const deeper = state.loaded && kept.some((row) => row.updatedAt < oldest)
  return { ...mergeRows({ ...state, rows: kept }, page.sessions), next: deeper ? state.next : page.next, loaded: true }
}
