import type { YAMLParseError } from 'yaml'
import { type Problem, problemAt } from './problem.ts'
import type { Found } from './scan-tokens.ts'
import { lineAt, placeAt, type SourceText } from './source-text.ts'

/**
 * Turns the library's errors into ours: placed where the mistake is, in words of the person who made it. One mistake often
 * gives several errors; one per line is kept, and none after something that never closes.
 */
export function syntaxProblems(source: SourceText, errors: readonly YAMLParseError[], unclosed: readonly Found[]): Problem[] {
  // Everything behind an opener without an end is read wrongly: nothing there is worth a message.
  const first = unclosed.map(({ range }) => range[0]).sort((left, right) => left - right)[0] ?? Infinity
  const open = unclosed.filter(({ range }) => range[0] === first)
    .map(({ source: opener, range }) => problemAt(placeAt(source, ...range), 'syntax', `this ${opener} is never closed`, `add the closing ${closerOf(opener)}`))
  const multiline = new Set(errors.filter(({ code }) => code === 'MULTILINE_IMPLICIT_KEY').map(({ pos }) => pos[0]))
  const compact = new Set(errors.filter(({ code }) => code === 'BLOCK_AS_IMPLICIT_KEY').map(({ pos }) => pos[0]))
  // Both codes at one place are one mistake: the next line is indented too deep.
  // The parser has lost its place at the first of these: all further ones may be about lines that are right.
  const lost = errors.find(isOutside)
  const others = errors.filter((error) => error.pos[0] < first && !(error.code === 'MULTILINE_IMPLICIT_KEY' && compact.has(error.pos[0])) && (error === lost || !isOutside(error)))
  const explained = oncePerLine(others, ({ pos }) => lineAt(source, pos[0])).map((error) => explain(source, error, multiline))
  // Once more: explaining moves a place to where the mistake is.
  return oncePerLine([...open, ...explained], ({ line }) => line)
}

function isOutside({ message }: YAMLParseError): boolean {
  return message.includes('in YAML stream')
}

function closerOf(opener: string): string {
  return { '[': ']', '{': '}' }[opener] ?? opener
}

/** The first of each line; the library reports in order of offset within a line. */
function oncePerLine<T>(found: readonly T[], lineOf: (one: T) => number): T[] {
  const lines = new Set<number>()
  return found.filter((one) => !lines.has(lineOf(one)) && lines.add(lineOf(one)))
}

function explain(source: SourceText, error: YAMLParseError, multiline: ReadonlySet<number>): Problem {
  const { text } = source
  const [start, end] = error.pos
  const at = (offset: number, length: number, words: Words) => problemAt(placeAt(source, offset, offset + length), 'syntax', words[0], words[1])
  switch (error.code) {
    case 'TAB_AS_INDENT': return at(find(text, start, '\t'), 1, ['a tab cannot indent YAML', 'use spaces'])
    case 'BLOCK_AS_IMPLICIT_KEY': {
      if (multiline.has(start)) {
        return at(firstWord(text, text.indexOf('\n', start) + 1), 1, ['this line is indented deeper than the one above, which has its value already', 'indent it like its siblings'])
      }
      return at(start, end - start, ['a second ": " on one line', 'put the text in quotes'])
    }
    case 'MULTILINE_IMPLICIT_KEY': return at(start, lineLength(text, start), /^[\w-]+:\S/.test(text.slice(start, start + 80))
      ? ['this line has no ": "', 'put a space after the colon']
      : ['this line is not "key: value"', 'add ":" after the key'])
    case 'BAD_INDENT': return at(firstWord(text, start), 1, ['this line is not indented like its siblings', 'line them up'])
    case 'BAD_SCALAR_START': return at(start, 1, [`text cannot start with ${text[start]}`, 'put it in quotes'])
    case 'BAD_DQ_ESCAPE': return at(start, Math.max(2, end - start), ['this is not an escape YAML knows', 'write \\\\ for a backslash, or use single quotes'])
    case 'RESOURCE_EXHAUSTION': return at(start, 1, ['nested too deep to read', undefined])
    default: return at(firstWord(text, start), 1, wordsOf(error.message, isFirstOnLine(text, start)))
  }
}

type Words = readonly [message: string, hint: string | undefined]

/** The library's codes are broad here; its messages are what tells the cases apart. */
function wordsOf(message: string, firstOnLine: boolean): Words {
  if (message.startsWith('Implicit map keys need')) return ['this is not "key: value"', 'add ":" after the key']
  if (message.includes('block-seq-ind on same line')) return ['a list cannot start on the line of its key', 'start "- " on the next line']
  if (message.includes('at node end') && firstOnLine) return ['this line is not part of what stands above', 'one level is either a list or "key: value" lines']
  if (message.includes('at node end')) return ['this does not belong here: the value before it has ended', 'put the whole value in quotes']
  if (message.includes('directives-end marker')) return ['nothing may stand on the line of ---', 'start on the next line, or remove ---']
  if (message.includes('Comments must be separated')) return ['a comment needs a space before #', 'put the text in quotes if # belongs to it']
  const known = /Unexpected (flow-(?:map|seq)-end|,|comma|scalar|map-value-ind|block-seq-ind)/.exec(message)?.[1]
  if (known !== undefined) return [`unexpected ${{ 'flow-map-end': '}', 'flow-seq-end': ']', scalar: 'text', 'map-value-ind': ':', 'block-seq-ind': '-' }[known] ?? ','}`, undefined]
  // The message may quote the file at any length.
  return [`not valid YAML: ${message.replaceAll(/\s+/g, ' ').slice(0, 100).toWellFormed()}`, undefined]
}

function find(text: string, from: number, character: string): number {
  const offset = text.indexOf(character, from)
  return offset === -1 ? from : offset
}

/** The next character that is not white space, or `from` at the end of the text. */
function firstWord(text: string, from: number): number {
  const space = /[ \r\n\t]*/y
  space.lastIndex = from
  const offset = from + (space.exec(text)?.[0].length ?? 0)
  return offset < text.length ? offset : from
}

function isFirstOnLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === ''
}

function lineLength(text: string, from: number): number {
  return Math.max(1, find(text, from, '\n') - from)
}
