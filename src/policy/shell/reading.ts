import type { Action } from '../../spec/actions.ts'
import type { ShellFact, ShellFacts, ShellNeed } from './facts.ts'

export const limits = {
  /** Longest text read, in UTF-16 units: the line and each script it leads to. */
  textLength: 65_536,
  /** Command nodes visited over all texts. */
  commands: 2_000,
  /** Statements visited, those of loops as often as they are read. */
  steps: 10_000,
  /** Words of all commands after expansion. */
  words: 50_000,
  /** Characters of all texts, each counted as often as it is read. */
  volume: 1_048_576,
  /** Local files and git configurations looked at. */
  facts: 64,
  /** Texts inside texts: scripts that call scripts, `sh -c` in `sh -c`, aliases, functions. */
  depth: 24,
  /** Syntax inside syntax within one text. */
  nesting: 200,
  /** Actions of one line. */
  actions: 4_000,
} as const

/** What one reading has found so far. */
export interface Reading {
  readonly facts: ShellFacts
  readonly actions: Action[]
  readonly needs: Map<string, ShellNeed>
  readonly followed: Set<string>
  /** Files that the line itself writes, with the text when it is known: what stands in the workspace now is not what will run. */
  readonly written: Map<string, string | undefined>
  /** Functions that were defined and not called yet, by body. */
  readonly uncalled: Map<object, () => void>
  commands: number
  steps: number
  words: number
  volume: number
  /** The cap that ended the reading early: what follows is not read. */
  exceeded: string | undefined
}

export function newReading(facts: ShellFacts): Reading {
  return { facts, actions: [], needs: new Map(), followed: new Set(), written: new Map(), uncalled: new Map(), commands: 0, steps: 0, words: 0, volume: 0, exceeded: undefined }
}

/** The answer to a need, when the caller has given it; else the need is noted, and the reading is not final. */
export function know(reading: Reading, need: ShellNeed): ShellFact | undefined {
  const known = reading.followed.has(need.key) || reading.needs.has(need.key)
  if (!known && reading.followed.size + reading.needs.size >= limits.facts) return { type: 'absent', reason: `more than ${limits.facts} files and repositories are involved` }
  const fact = reading.facts.get(need.key)
  if (fact === undefined) reading.needs.set(need.key, need)
  else reading.followed.add(need.key)
  return fact
}

/** The text of a local file as it will be when the line reaches it. */
export function fileText(reading: Reading, path: string): { readonly text: string } | { readonly absent: string } | 'asked' {
  const written = reading.written.get(path)
  if (written === undefined && reading.written.has(path)) return { absent: 'it is written by the same line' }
  const found = written === undefined ? askText(reading, path) : { text: written }
  return typeof found === 'object' && 'text' in found && !spend(reading, 'volume', found.text.length) ? { absent: 'too much text is involved' } : found
}

/** Counts against a cap; false once it is exceeded, which ends the reading. */
export function spend(reading: Reading, what: 'commands' | 'steps' | 'words' | 'volume', amount: number): boolean {
  reading[what] += amount
  if (reading[what] > limits[what]) reading.exceeded ??= `more than ${limits[what]} ${names[what]}`
  return reading.exceeded === undefined
}

const names = { commands: 'commands', steps: 'steps', words: 'words', volume: 'characters of text' } as const

function askText(reading: Reading, path: string): { readonly text: string } | { readonly absent: string } | 'asked' {
  const fact = know(reading, { key: `file:${path}`, type: 'file', path })
  if (fact === undefined) return 'asked'
  if (fact.type === 'file') return { text: fact.text }
  return { absent: fact.type === 'absent' ? fact.reason : 'it is not a file' }
}
