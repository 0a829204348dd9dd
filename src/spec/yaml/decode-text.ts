import { placeAt, placeOfFile, type SourceText, sourceText } from './source-text.ts'
import { type Problem, problemAt } from './problem.ts'

/** No file we read as configuration is larger. */
export const maxFileBytes = 256 * 1024

export type DecodedText = { readonly source: SourceText; readonly problems: readonly [] } | { readonly source?: undefined; readonly problems: readonly Problem[] }

/**
 * Reads bytes as clean text: at most 256 KiB, UTF-8 without a byte order mark, no control characters but tab and line ends,
 * none of the invisible characters that make text read differently than it is. Anything else is a problem with its place.
 */
export function decodeText(path: string, content: Uint8Array | string): DecodedText {
  const size = typeof content === 'string' ? new TextEncoder().encode(content).length : content.length
  if (size > maxFileBytes) return refuse(problemAt(placeOfFile(path), 'limit', `the file has ${size} bytes; at most ${maxFileBytes} are read`))
  if (typeof content !== 'string' && isUtf16(content)) {
    return refuse(problemAt(placeOfFile(path), 'encoding', 'the file is UTF-16', 'save it as UTF-8'))
  }
  // ignoreBOM keeps the mark in the text, so that it is seen below.
  const text = typeof content === 'string' ? content : new TextDecoder('utf-8', { ignoreBOM: true }).decode(content)
  const source = sourceText(path, text)
  const broken = typeof content === 'string' ? undefined : firstBrokenByte(content, text)
  if (broken !== undefined) {
    const byte = broken.byte.toString(16).toUpperCase().padStart(2, '0')
    return refuse(problemAt(placeAt(source, broken.offset), 'encoding', `byte 0x${byte} is not valid UTF-8`, 'save the file as UTF-8'))
  }
  const problems = forbiddenCharacters(text).map(({ offset, name }) => problemAt(placeAt(source, offset), 'encoding', `${name} is not allowed here`, adviceOn(name)))
  return problems.length > 0 ? { problems } : { source, problems: [] }
}

/** What may not stand in text, raw or escaped; at most the first 20. */
export function forbiddenCharacters(text: string): { offset: number; name: string }[] {
  const found: { offset: number; name: string }[] = []
  for (const match of text.matchAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\r(?!\n)/g)) {
    found.push({ offset: match.index, name: nameOf(match[0], match.index) })
    if (found.length === 20) break
  }
  if (!text.isWellFormed()) found.push({ offset: loneSurrogate(text), name: 'half of a surrogate pair' })
  return found
}

function nameOf(character: string, offset: number): string {
  const code = character.charCodeAt(0)
  if (code === 0xfeff && offset === 0) return 'a byte order mark'
  if (code === 0) return 'a NUL character'
  if (character === '\r') return 'a carriage return without a line feed'
  const kind = code >= 0x202a && code <= 0x2069 ? 'text direction control' : 'control character'
  return `the ${kind} U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}

function adviceOn(name: string): string {
  if (name.startsWith('a byte order')) return 'save the file as UTF-8 without it'
  return name.startsWith('a carriage') ? 'save the file with LF or CRLF line ends' : 'remove it'
}

function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
}

/** Every invalid sequence was decoded to U+FFFD: the first one whose bytes are not those of U+FFFD itself. */
function firstBrokenByte(bytes: Uint8Array, text: string): { byte: number; offset: number } | undefined {
  if (!text.includes('\ufffd')) return undefined
  let at = 0
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.codePointAt(offset) ?? 0
    if (code === 0xfffd && !(bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd)) return { byte: bytes[at] ?? 0, offset }
    at += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
    if (code > 0xffff) offset += 1
  }
  return undefined
}

function loneSurrogate(text: string): number {
  return text.search(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/)
}

function refuse(problem: Problem): DecodedText {
  return { problems: [problem] }
}
