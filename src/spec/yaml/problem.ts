import { printable } from '../../base/printable.ts'
import type { Place } from './source-text.ts'

/** Kinds of problem a program can tell apart; the message is for people. */
export type ProblemCode =
  | 'encoding' // not clean UTF-8 text
  | 'syntax' // not YAML, or a part of YAML these files do not use
  | 'unknown-key'
  | 'duplicate-key'
  | 'type' // text where a number belongs …
  | 'value' // right type, wrong value
  | 'missing-key'
  | 'reference' // a file, agent, harness, server or parameter that is not there
  | 'cycle'
  | 'variable' // `${VAR}` that is not set
  | 'parameter' // a parameter with a wrong value
  | 'open-parameter' // nothing is wrong, but a person must give a value
  | 'unavailable' // valid, but not available yet
  | 'limit' // too large, too deep, too many
  | 'foreign' // said in the file of another tool and not carried over, or not as it was

/** Something wrong in a file, and where. Warnings have the same shape. */
export interface Problem extends Place {
  readonly code: ProblemCode
  readonly message: string
  /** What to do about it: one short phrase, such as `did you mean "harness"?`. */
  readonly hint?: string
}

export function problemAt(place: Place, code: ProblemCode, message: string, hint?: string): Problem {
  return { ...place, code, message: shorten(message), ...(hint === undefined ? {} : { hint: shorten(hint) }) }
}

/** A file may make a name of any length; a message stays readable. */
function shorten(text: string): string {
  return text.length > 400 ? `${text.slice(0, 399).toWellFormed()}…` : text
}

/** A person reads no more; what looks for problems may stop looking for hints, or at all, well after it. */
export const maxProblems = 200

/** By file, in order of first appearance, then by place; the same message at the same place once; after 200 a note that there are more. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const order = new Map([...new Set(problems.map(({ file }) => file))].map((file, index) => [file, index]))
  const unique = new Map(problems.map((problem) => [JSON.stringify([problem.file, problem.line, problem.column, problem.message]), problem]))
  const sorted = [...unique.values()].sort((left, right) =>
    (order.get(left.file) ?? 0) - (order.get(right.file) ?? 0) || left.line - right.line || left.column - right.column)
  const next = sorted[maxProblems]
  if (next === undefined) return sorted
  return [...sorted.slice(0, maxProblems), { ...next, code: 'limit', message: 'there are more problems from here on', hint: 'mend those above first' }]
}

/** Text of a file, quoted for a message: printable, on one line, at most 60 characters. */
export function quote(text: string): string {
  return quoteWhole(text.length > 60 ? `${text.slice(0, 59)}…` : text)
}

/** As `quote`, of any length. */
export function quoteWhole(text: string): string {
  return printable(JSON.stringify(text.toWellFormed()))
}

/** `a, b or c`. */
export function listWords(words: readonly string[], last = 'or'): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`
}
