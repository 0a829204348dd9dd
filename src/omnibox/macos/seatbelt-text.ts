import { AppError } from '../../spec/app-error.ts'

/**
 * Words of Apple's sandbox profile language (SBPL, version 1), as `sandbox-exec -p` reads them: Scheme expressions, of which
 * `(allow OPERATION… FILTER…)` and `(deny OPERATION… FILTER…)` are rules. A rule without filters is for everything; of all rules that
 * match an operation the last one decides. Apple documents it nowhere; its own profiles are in /System/Library/Sandbox/Profiles.
 */
export interface SeatbeltRule {
  readonly effect: 'allow' | 'deny'
  /** `file-read*` is all operations whose names begin so. */
  readonly operations: readonly string[]
  readonly filters: readonly string[]
}

/** One rule as text. Without filters it would be for everything: one that was made for no path is left out. */
export const ruleText = ({ effect, operations, filters }: SeatbeltRule): string => (filters.length === 0 ? '' : `(${[effect, ...operations, ...filters].join(' ')})\n`)

/** The folder and everything in it, or the file. */
export const subpath = (path: string): string => `(subpath ${stringText(path)})`
/** The path alone. */
export const literal = (path: string): string => `(literal ${stringText(path)})`

/** As `subpath`, with small letters and capitals alike: a name that is not there yet can be spelled anyhow where the disk does not tell them apart. */
export function anyCase(path: string): string {
  const pattern = path.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&').replaceAll(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`)
  return `(regex ${stringText(`^${pattern}(/|$)`)})`
}

/** The reader of Apple's Scheme may hold no more than 255 bytes of one string. */
const maxBytes = 200

/**
 * A string of any length. Two characters have a meaning in it; everything else, a line's end as well, stands for itself.
 * @throws {AppError} 'unavailable' for a path that no file can have, or that is no text
 */
export function stringText(text: string): string {
  if (text.includes('\0') || !text.isWellFormed()) throw new AppError('unavailable', `No sandbox can name the path ${JSON.stringify(text)}.`)
  const pieces = piecesOf(text).map((piece) => `"${piece.replaceAll(/["\\]/g, '\\$&')}"`)
  return pieces.length > 1 ? `(string-append ${pieces.join(' ')})` : (pieces[0] ?? '""')
}

/** Characters stay whole. */
function piecesOf(text: string): string[] {
  const pieces: string[] = []
  let [piece, bytes] = ['', 0]
  for (const char of text) {
    const more = Buffer.byteLength(char)
    if (bytes + more > maxBytes) {
      pieces.push(piece)
      ;[piece, bytes] = ['', 0]
    }
    piece += char
    bytes += more
  }
  return [...pieces, piece]
}
