/**
 * A text file as it was read, with positions.
 *
 * Lines and columns count from 1. A column counts UTF-16 code units, as editors and the Language Server Protocol do: `é` is
 * one, an emoji two, a tab one. A line ends at LF; a CR before it belongs to the line end. Offsets are UTF-16 units too.
 */
export interface SourceText {
  /** Shown in messages as `path:line:column`. */
  readonly path: string
  readonly text: string
  /** Offset of each line's first character. */
  readonly lineStarts: readonly number[]
}

/** Somewhere in a file, with enough of the line to show it. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  /** UTF-16 units to underline, at least 1; never past the end of the line. */
  readonly length: number
  /** The line, or the part of a long line around the column. Control characters are replaced one for one, so it is safe to print. */
  readonly excerpt: string
  /** Where the column falls in `excerpt`, from 0. */
  readonly caret: number
}

const maxExcerpt = 120
/** Units of a long line shown before the column. */
const lead = 60

export function sourceText(path: string, text: string): SourceText {
  const lineStarts = [0]
  for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1)) lineStarts.push(index + 1)
  return { path, text, lineStarts }
}

/** The place of offsets `start` up to `end` (exclusive). Offsets outside the text are moved into it. */
export function placeAt(source: SourceText, start: number, end: number = start + 1): Place {
  const offset = Math.min(Math.max(0, start), source.text.length)
  const index = lineAt(source, offset) - 1
  const lineStart = source.lineStarts[index] ?? 0
  const line = source.text.slice(lineStart, lineEnd(source, index))
  const column = Math.min(offset - lineStart, line.length)
  const length = Math.max(1, Math.min(end - offset, line.length - column))
  return { file: source.path, line: index + 1, column: column + 1, length, ...cutLine(line, column) }
}

/** The line an offset is on, from 1. Binary search: the last line that starts at or before it. */
export function lineAt({ lineStarts }: SourceText, offset: number): number {
  let low = 0
  let high = lineStarts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((lineStarts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low + 1
}

/** The place of a file that could not be read at all. */
export function placeOfFile(path: string): Place {
  return { file: path, line: 1, column: 1, length: 1, excerpt: '', caret: 0 }
}

function lineEnd(source: SourceText, index: number): number {
  const next = source.lineStarts[index + 1]
  if (next === undefined) return source.text.length
  return source.text[next - 2] === '\r' ? next - 2 : next - 1
}

function cutLine(line: string, column: number): { excerpt: string; caret: number } {
  if (line.length <= maxExcerpt) return { excerpt: visible(line), caret: column }
  const from = Math.max(0, Math.min(column - lead, line.length - maxExcerpt))
  const cut = line.slice(from, from + maxExcerpt)
  const head = from > 0 ? '…' : ''
  const tail = from + maxExcerpt < line.length ? '…' : ''
  return { excerpt: visible(head + cut + tail), caret: column - from + head.length }
}

/** One unit stays one unit, so that a caret still points at the right one. */
function visible(line: string): string {
  return line.toWellFormed().replaceAll(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u061c]/g, (character) => {
    if (character === '\t') return '→'
    const code = character.charCodeAt(0)
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd'
  })
}
