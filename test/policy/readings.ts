/**
 * Readings, written down: what each line of `readings/*.txt` does, action by action. Blocks are separated by blank lines:
 *
 *     file PATH: "text"      a file of the machine, relative to the folder, as JSON
 *     git KEY: value         configuration of the repository
 *     $ line                 `> ` begins each further line
 *     exec git push out      what the reader finds, in order; see `describeReading`
 *
 * `# …` is a heading: what follows it is of one topic.
 */
import { quoted } from '../../src/policy/shell/arg.ts'
import type { ShellReading } from '../../src/policy/shell/read-shell.ts'
import type { Action } from '../../src/spec/actions.ts'
import type { ShellCase } from '../fixtures/shell/push-spellings.ts'
import { place } from './read-line.ts'

export interface WrittenReading {
  readonly topic: string
  readonly shellCase: ShellCase
  readonly expected: readonly string[]
}

export function parseReadings(text: string): readonly WrittenReading[] {
  let topic = ''
  return text.split(/\n{2,}/).flatMap((block) => {
    topic = /^# (.*)$/m.exec(block)?.[1] ?? topic
    const lines = block.split('\n').filter((line) => line !== '' && !line.startsWith('# '))
    const after = (mark: string) => lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length))
    const pairs = (mark: string) => after(mark).map((line): readonly [string, string] => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)])
    if (lines.length === 0) return []
    const files = Object.fromEntries(pairs('file ').map(([path, json]) => [path, String(JSON.parse(json))]))
    return [{ topic, shellCase: { line: [...after('$ '), ...after('> ')].join('\n'), files, gitConfig: Object.fromEntries(pairs('git ')) }, expected: lines.filter((line) => !/^(?:file |git |\$ |> )/.test(line)) }]
  })
}

/** One line per action, then one per fact of the machine that it rests on, but for the folder's own repository. Line ends are written `\n`. */
export function describeReading({ actions, followed }: Pick<ShellReading, 'actions' | 'followed'>): readonly string[] {
  return [...actions.map(describeAction), ...followed.filter((key) => key !== `git:${place.cwd}`).map((key) => `follows ${key}`)].map((line) => line.replaceAll('\n', String.raw`\n`))
}

/** `exec WORDS [in FOLDER] [out|out?] [as SOURCE] [doubt REASONS]`; what is only known at run time is `…`. Others: their kind and facts. */
function describeAction(action: Action): string {
  const reach = action.outbound === true ? ['out'] : action.outbound === 'unknown' ? ['out?'] : []
  if (action.kind !== 'exec') {
    const facts = Object.entries(action).filter(([key]) => key !== 'kind' && key !== 'outbound').map(([key, value]) => `${key}=${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`)
    return [`does ${action.kind}`, ...facts.toSorted(), ...reach].join(' ')
  }
  const words = action.argv?.map(quoted).join(' ') ?? [...(action.prefix ?? []).map(quoted), '…'].join(' ')
  const folder = action.cwd === place.cwd ? [] : [`in ${action.cwd ?? '…'}`]
  const source = action.command === words ? [] : [`as ${JSON.stringify(action.command)}`]
  return [`exec ${words}`, ...folder, ...reach, ...source, ...(action.opaque === undefined ? [] : [`doubt ${action.opaque.join('; ')}`])].join(' ')
}
