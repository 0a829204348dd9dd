/**
 * Markdown with front matter: the first line is `---`, the lines up to the next `---` are a YAML map, the rest is text. Other programs
 * read a value that YAML would not take, such as `description: Use when: always`, as plain text to the end of the line; so do we.
 */
import { maxKeys, parseStrictYaml } from '../../../yaml/parse-strict-yaml.ts'
import { type Problem, problemAt, quote } from '../../../yaml/problem.ts'
import { placeAt, type SourceText, sourceText } from '../../../yaml/source-text.ts'
import { entriesOf, type Range, type YamlEntry, type YamlNode } from '../../../yaml/yaml-node.ts'

export interface FrontMatter {
  readonly root: YamlNode
  /** The text after it, without the blank lines around it; its range is empty when there is none. */
  readonly body: { readonly text: string; readonly range: Range }
}

/** Positions are those of the whole file. */
export function readFrontMatter(source: SourceText): { matter?: FrontMatter; problems: readonly Problem[] } {
  const { text } = source
  const opening = /^---[ \t]*\r?\n/.exec(text)
  if (opening === null) return { problems: [problemAt(placeAt(source, 0), 'syntax', 'a Markdown agent file starts with front matter: lines of "key: value" between two lines "---"')] }
  const start = opening[0].length
  const closing = /^---[ \t]*\r?$/m.exec(text.slice(start))
  if (closing === null) return { problems: [problemAt(placeAt(source, 0, 3), 'syntax', 'the front matter that starts here does not end', 'close it with a line "---"')] }
  const end = start + closing.index
  const { plain, strict } = takePlainLines(text.slice(start, end), start)
  if (plain.length > maxKeys) return { problems: [problemAt(placeAt(source, start), 'limit', `front matter has at most ${maxKeys} keys`)] }
  // Everything else is blanked, so that offsets in the YAML are offsets in the file.
  const front = sourceText(source.path, blank(text.slice(0, start)) + strict)
  const bare = plain.length > 0 && strict.trim() === ''
  const parsed = bare ? { root: { kind: 'map', range: [start, end], entries: [] } satisfies YamlNode, problems: [] } : parseStrictYaml(front, 'front matter')
  if (parsed.root === undefined) return { problems: parsed.problems }
  const seen = new Set(entriesOf(parsed.root).map(({ key }) => key))
  const isRepeated = ({ key }: YamlEntry) => seen.size === seen.add(key).size
  const repeated = plain.filter(isRepeated).map(({ key, keyRange }) => problemAt(placeAt(source, ...keyRange), 'duplicate-key', `the key ${quote(key)} stands here a second time`))
  const entries = [...entriesOf(parsed.root), ...plain].toSorted((left, right) => left.keyRange[0] - right.keyRange[0])
  const root: YamlNode = { kind: 'map', range: [start, end], entries }
  return { matter: { root, body: bodyAfter(text, end + closing[0].length) }, problems: [...parsed.problems, ...repeated] }
}

function bodyAfter(text: string, from: number): FrontMatter['body'] {
  const rest = text.slice(from)
  const body = rest.trim()
  const start = from + rest.length - rest.trimStart().length
  return { text: body, range: [start, start + body.length] }
}

/** Takes out the lines that are plain text to other programs and no YAML, each with its continuation lines. */
function takePlainLines(front: string, offset: number): { plain: YamlEntry[]; strict: string } {
  const plain: YamlEntry[] = []
  const strict = front.replaceAll(/^([A-Za-z][\w-]*):[ \t]+(\S.*(?:\n[ \t]+\S.*)*)/gm, (all: string, key: string, written: string, at: number) => {
    if (!isOnlyPlain(written)) return all
    const from = offset + at
    const value = written.trimEnd()
    const start = from + all.length - written.length
    plain.push({ key, keyRange: [from, from + key.length], value: { kind: 'text', range: [start, start + value.length], value: value.split('\n').map((line) => line.trim()).join(' '), quoted: false } })
    return blank(all)
  })
  return { plain, strict }
}

/** True for `Use when: always`, `*` and `@team`; false for what YAML reads by itself. */
function isOnlyPlain(written: string): boolean {
  const [line = ''] = written.split('\n', 1)
  if (/^[*@`%]/.test(line)) return true
  if (/^["'|>[{&!#]/.test(line)) return false
  return /:(?:[ \t]|$)/.test(line.trimEnd())
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ')
}
