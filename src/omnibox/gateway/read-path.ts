import type { Refusal } from './refusal.ts'

export interface ReadPath {
  /** As it is sent: escapes of plain characters undone, hex digits in capitals, nothing else changed. With the query. */
  readonly wire: string
  /** What rules see: the same without the query, and with the slash of a scoped package's name as a slash. */
  readonly path: string
  readonly query: string | undefined
}

/**
 * Reads an origin-form target. Refuses what two servers may read in two ways: `.` and `..` segments however they are spelled (also before
 * a `;`), `//`, `\`, escaped slashes, backslashes and dots, the same escaped twice, escaped control bytes, escapes that are broken or no
 * UTF-8, a fragment, bytes outside printable ASCII. One exception: npm asks for `/@scope%2fname`, and whether that is one segment
 * or two, it is the same package.
 * @see RFC 3986 §6.2.2; RFC 9112 §3.2.1
 */
export function readPath(target: string, clear: boolean): ReadPath | Refusal {
  const mark = target.indexOf('?')
  const rawPath = mark === -1 ? target : target.slice(0, mark)
  const query = mark === -1 ? undefined : target.slice(mark + 1)
  if (rawPath.length > maxPathLength) return { status: 414, rule: 'gateway/path-too-long', message: `The path is longer than ${maxPathLength} bytes.` }
  const problem = clear ? problemOf(target, rawPath) : undefined
  if (problem !== undefined) return { status: 400, rule: 'gateway/path', message: `The path is refused because servers read it in different ways: ${problem}.` }
  const path = undoEscapes(rawPath)
  return { wire: query === undefined ? path : `${path}?${query}`, path: path.replace(scopedName, '$1/'), query }
}

/** Without the query. Rules look at every byte of it. */
const maxPathLength = 8_192

const scopedName = /^(\/(?:[A-Za-z0-9._-]+\/)*@[A-Za-z0-9._~-]+)%2F(?=[A-Za-z0-9._~-]+(?:\/|$))/i

function problemOf(target: string, path: string): string | undefined {
  if (!path.startsWith('/')) return 'it does not begin with a slash'
  if (/[^\u0021-\u007e]/.test(target)) return 'it has bytes outside printable ASCII'
  if (target.includes('#')) return 'it has a fragment'
  if (target.includes('\\')) return 'it has a backslash'
  if (path.includes('//')) return 'it has an empty segment'
  const rest = path.replace(scopedName, '$1/')
  if (/%(?![0-9a-f]{2})/i.test(rest)) return 'it has a broken escape'
  if (/%(2e|2f|5c)/i.test(rest)) return 'it has an escaped dot, slash or backslash'
  if (/%([01][0-9a-f]|7f)/i.test(rest)) return 'it has an escaped control byte'
  if (/%25(25)*(2e|2f|5c|[01][0-9a-f])/i.test(rest)) return 'it has something escaped twice'
  if (!isUtf8(rest)) return 'it has escaped bytes that are no UTF-8'
  return rest.split('/').some((segment) => /^\.{1,2}(;|$)/.test(segment)) ? 'it has a dot segment' : undefined
}

/** Overlong forms of a slash or a dot are none, neither are single bytes of other alphabets. */
function isUtf8(path: string): boolean {
  if (!/%[89a-f]/i.test(path)) return true
  try {
    decodeURIComponent(path)
    return true
  } catch (error) {
    if (error instanceof URIError) return false
    throw error
  }
}

/** `%41` is `A` to every server; a rule has to see it. */
const undoEscapes = (path: string): string => (path.includes('%') ? path.replaceAll(/%[0-9a-f]{2}/gi, (escape) => {
  const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16))
  return /[A-Za-z0-9._~-]/.test(character) ? character : escape.toUpperCase()
}) : path)
