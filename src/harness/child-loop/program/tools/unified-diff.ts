const context = 3
const maxChars = 20_000
/** A table of this many cells is filled in a few milliseconds; larger changes are shown as one block. */
const maxCells = 1_000_000

type Row = { readonly kind: ' ' | '-' | '+'; readonly line: string }

/** What changed between two texts, as `diff -u` writes it. Line ends are not shown. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const rows = rowsOf(before.split('\n').map(trimEnd), after.split('\n').map(trimEnd))
  const hunks = hunksOf(rows)
  const text = [`--- ${path}`, `+++ ${path}`, ...hunks].join('\n').toWellFormed()
  return text.length <= maxChars ? text : `${text.slice(0, maxChars)}\n[the rest of the diff, ${text.length - maxChars} characters, left out]`
}

const trimEnd = (line: string): string => line.replace(/\r$/, '')

function rowsOf(left: readonly string[], right: readonly string[]): Row[] {
  let start = 0
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1
  let end = 0
  while (end < left.length - start && end < right.length - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end += 1
  const same = (line: string): Row => ({ kind: ' ', line })
  return [
    ...left.slice(0, start).map(same),
    ...changed(left.slice(start, left.length - end), right.slice(start, right.length - end)),
    ...left.slice(left.length - end).map(same),
  ]
}

/** The longest common lines of the middle, by the usual table. */
function changed(left: readonly string[], right: readonly string[]): Row[] {
  const width = right.length + 1
  if ((left.length + 1) * width > maxCells) return [...left.map((line): Row => ({ kind: '-', line })), ...right.map((line): Row => ({ kind: '+', line }))]
  const table = new Uint32Array((left.length + 1) * width)
  const cell = (row: number, column: number) => table[row * width + column] ?? 0
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      table[row * width + column] = left[row] === right[column] ? cell(row + 1, column + 1) + 1 : Math.max(cell(row + 1, column), cell(row, column + 1))
    }
  }
  const rows: Row[] = []
  let [row, column] = [0, 0]
  while (row < left.length || column < right.length) {
    if (row < left.length && column < right.length && left[row] === right[column]) {
      rows.push({ kind: ' ', line: left[row] ?? '' })
      row += 1
      column += 1
    } else if (row < left.length && (column >= right.length || cell(row + 1, column) >= cell(row, column + 1))) {
      rows.push({ kind: '-', line: left[row] ?? '' })
      row += 1
    } else {
      rows.push({ kind: '+', line: right[column] ?? '' })
      column += 1
    }
  }
  return rows
}

function hunksOf(rows: readonly Row[]): string[] {
  const near = new Set<number>()
  for (const [index, row] of rows.entries()) {
    if (row.kind === ' ') continue
    for (let at = Math.max(0, index - context); at <= Math.min(rows.length - 1, index + context); at += 1) near.add(at)
  }
  const out: string[] = []
  let [left, right] = [1, 1]
  let hunk: { left: number; right: number; rows: Row[] } | undefined
  const close = () => {
    if (hunk === undefined) return
    const size = (kind: Row['kind']) => hunk?.rows.filter((row) => row.kind === ' ' || row.kind === kind).length ?? 0
    out.push(`@@ -${hunk.left},${size('-')} +${hunk.right},${size('+')} @@`, ...hunk.rows.map((row) => row.kind + row.line))
    hunk = undefined
  }
  for (const [index, row] of rows.entries()) {
    if (near.has(index)) {
      hunk ??= { left, right, rows: [] }
      hunk.rows.push(row)
    } else close()
    if (row.kind !== '+') left += 1
    if (row.kind !== '-') right += 1
  }
  close()
  return out
}
