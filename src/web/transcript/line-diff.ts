export interface DiffLine {
  readonly type: 'same' | 'added' | 'removed' | 'skipped'
  readonly text: string
}

/** Lines kept around a change. */
const around = 3
/** Above this many cells of the table the middle is shown as removed and added whole: correct, only less fine. */
const maxCells = 400_000

/** The lines of a small edit, with what is the same far from a change left out. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const a = linesOf(before)
  const b = linesOf(after)
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1
  const same = (text: string): DiffLine => ({ type: 'same', text })
  const middle = middleDiff(a.slice(start, a.length - end), b.slice(start, b.length - end))
  return foldSame([...a.slice(0, start).map(same), ...middle, ...a.slice(a.length - end).map(same)])
}

function linesOf(text: string): string[] {
  if (text === '') return []
  const lines = text.split('\n')
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

/** Longest common subsequence by the usual table. */
function middleDiff(a: readonly string[], b: readonly string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ type: 'removed', text })
  const added = (text: string): DiffLine => ({ type: 'added', text })
  if (a.length * b.length > maxCells) return [...a.map(removed), ...b.map(added)]
  const width = b.length + 1
  const table = new Uint32Array((a.length + 1) * width)
  const cell = (i: number, j: number) => table[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) table[i * width + j] = a[i] === b[j] ? cell(i + 1, j + 1) + 1 : Math.max(cell(i + 1, j), cell(i, j + 1))
  }
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const [old = '', next = ''] = [a[i], b[j]]
    if (i < a.length && j < b.length && old === next) {
      lines.push({ type: 'same', text: old })
      i += 1
      j += 1
    } else if (i < a.length && (j >= b.length || cell(i + 1, j) >= cell(i, j + 1))) {
      lines.push(removed(old))
      i += 1
    } else {
      lines.push(added(next))
      j += 1
    }
  }
  return lines
}

function foldSame(lines: readonly DiffLine[]): DiffLine[] {
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - around), index + around + 1).some((line) => line.type !== 'same'))
  const out: DiffLine[] = []
  let skipped = 0
  for (const [index, line] of lines.entries()) {
    if (near[index] === true) {
      if (skipped > 0) out.push({ type: 'skipped', text: `${skipped} unchanged` })
      skipped = 0
      out.push(line)
    } else skipped += 1
  }
  if (skipped > 0) out.push({ type: 'skipped', text: `${skipped} unchanged` })
  return out
}
