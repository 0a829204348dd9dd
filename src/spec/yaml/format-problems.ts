import { printable } from '../../base/printable.ts'
import type { Problem } from './problem.ts'

const bold = '\u001b[1m'
const red = '\u001b[31m'
const yellow = '\u001b[33m'
const dim = '\u001b[2m'
const reset = '\u001b[0m'

export interface FormatOptions {
  /** ANSI colours, for a terminal. */
  readonly color: boolean
  readonly severity?: 'error' | 'warning'
}

/**
 * One block per problem:
 *
 *     agents/polly.yaml:3:1: error: unknown key "harnes"
 *       3 | harnes: omni
 *         | ^^^^^^ did you mean "harness"?
 */
export function formatProblems(problems: readonly Problem[], options: FormatOptions): string {
  return problems.map((problem) => formatProblem(problem, options)).join('\n')
}

function formatProblem(problem: Problem, { color, severity = 'error' }: FormatOptions): string {
  const paint = (style: string, text: string) => (color ? `${style}${text}${reset}` : text)
  const tint = severity === 'error' ? red : yellow
  const head = `${paint(bold, `${oneLine(problem.file)}:${problem.line}:${problem.column}:`)} ${paint(tint, `${severity}:`)} ${oneLine(problem.message)}`
  const hint = problem.hint === undefined ? '' : oneLine(problem.hint)
  if (problem.excerpt.trim() === '') return hint === '' ? `${head}\n` : `${head}\n  ${hint}\n`
  const number = String(problem.line)
  const gutter = paint(dim, `  ${' '.repeat(number.length)} |`)
  const marked = problem.excerpt.slice(problem.caret, problem.caret + problem.length)
  const carets = '^'.repeat(Math.max(1, columnsOf(marked)))
  const caretLine = `${gutter} ${' '.repeat(columnsOf(problem.excerpt.slice(0, problem.caret)))}${paint(tint, hint === '' ? carets : `${carets} ${hint}`)}`
  return `${head}\n${paint(dim, `  ${number} |`)} ${problem.excerpt}\n${caretLine}\n`
}

function oneLine(text: string): string {
  return printable(text).replaceAll(/[\n\t]/g, ' ')
}

/** Terminal columns a text takes, nearly: CJK and emoji two, combining marks none. */
function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) {
    if (/\p{M}|\u{200d}/u.test(character)) continue
    columns += /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u.test(character) ? 2 : 1
  }
  return columns
}
