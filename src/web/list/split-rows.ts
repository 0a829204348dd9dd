import type { IndexRow } from '../../spec/view/index-row.ts'

/** The list as it is drawn: what waits for a person stands above the rest, however old it is. */
export function splitRows(rows: readonly IndexRow[], archived: boolean): { readonly asking: IndexRow[]; readonly rest: IndexRow[] } {
  const shown = rows.filter((row) => row.archived === archived)
  const asks = (row: IndexRow) => row.status === 'waiting' && row.asks > 0
  return { asking: shown.filter(asks), rest: shown.filter((row) => !asks(row)) }
}
