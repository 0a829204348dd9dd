/**
 * The YAML of all our files: YAML 1.2, core schema, reduced to what JSON can say. One document whose root is a map; keys are
 * text and unique; no anchors, aliases, merge keys, tags or directives, so a file reads as it is written and cannot grow.
 * `yes`, `no`, `on`, `off` are text. Maps and lists nest at most 40 deep, a map has at most 1,000 keys. Numbers must be exact.
 * @see https://yaml.org/spec/1.2.2/
 */
import { Composer, type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, Parser } from 'yaml'
import { forbiddenCharacters } from './decode-text.ts'
import { type Problem, problemAt, quote, sortProblems } from './problem.ts'
import { type Found, scanTokens } from './scan-tokens.ts'
import { placeAt, type SourceText } from './source-text.ts'
import { syntaxProblems } from './syntax-problems.ts'
import type { Range, YamlEntry, YamlNode } from './yaml-node.ts'

export const maxDepth = 40
/** Keeps everything that looks a key up in a map's list of entries affordable. */
export const maxKeys = 1_000

export interface ParsedYaml {
  /** Undefined when the file cannot be read as YAML; `problems` then says why. Otherwise usable in spite of problems. */
  readonly root?: YamlNode
  readonly problems: readonly Problem[]
}

/** Never throws. @param kind what the file is, for messages: `an agent file`. @param roots what may stand at its root */
export function parseStrictYaml(source: SourceText, kind: string, roots: readonly YamlNode['kind'][] = ['map']): ParsedYaml {
  const tokens = [...new Parser().parse(source.text)]
  const scan = scanTokens(tokens, maxDepth)
  if (scan.tooDeep !== undefined) {
    return { problems: [problemAt(placeAt(source, ...scan.tooDeep), 'limit', `maps and lists are nested deeper than ${maxDepth}`)] }
  }
  const second = scan.moreDocuments[0]
  if (second !== undefined) {
    return { problems: [problemAt(placeAt(source, ...second), 'syntax', 'a second document starts here; one file holds one', 'remove "---", or make two files')] }
  }
  const unused = [
    ...refuseAll(source, scan.anchors, 'anchors (&) are not used in these files', 'write the value out where it is needed'),
    ...refuseAll(source, scan.tags, 'tags (!) are not used in these files', 'remove it'),
    ...refuseAll(source, scan.directives, 'directives (%) are not used in these files', 'remove the line'),
  ]
  const [document] = [...new Composer({ version: '1.2', schema: 'core', uniqueKeys: false, resolveKnownTags: false, logLevel: 'silent' })
    .compose(tokens, true, source.text.length)]
  const errors = document?.errors ?? []
  if (errors.length > 0) {
    const lines = new Set(unused.map(({ line }) => line))
    return { problems: sortProblems([...unused, ...syntaxProblems(source, errors, scan.unclosed).filter(({ line }) => !lines.has(line))]) }
  }
  return readRoot({ source, kind, roots }, document, unused)
}

function refuseAll(source: SourceText, found: readonly Found[], message: string, hint: string): Problem[] {
  return found.map(({ range }) => problemAt(placeAt(source, ...range), 'syntax', message, hint))
}

function readRoot({ source, kind, roots }: { source: SourceText; kind: string; roots: readonly YamlNode['kind'][] }, document: Document.Parsed | undefined, unused: readonly Problem[]): ParsedYaml {
  const contents = document?.contents ?? null
  if (contents === null || (isScalar(contents) && contents.value === null && contents.source === '')) {
    return { problems: [...unused, problemAt(placeAt(source, 0), 'syntax', 'the file is empty', `${kind} is a map of "key: value" lines`)] }
  }
  const reader = { source, problems: [...unused] }
  const root = readNode(reader, contents)
  if (root.kind === 'unreadable') return { problems: sortProblems(reader.problems) }
  if (!roots.includes(root.kind)) {
    const what = { list: 'a list', text: 'text', number: 'a number', boolean: 'a boolean', null: 'empty', map: 'a map' }[root.kind]
    reader.problems.push(problemAt(placeAt(source, ...root.range), 'type', `${kind} is ${roots.includes('list') ? 'a list or ' : ''}a map of "key: value" lines; this is ${what}`))
    return { problems: sortProblems(reader.problems) }
  }
  return { root, problems: sortProblems(reader.problems) }
}

interface Reader {
  readonly source: SourceText
  readonly problems: Problem[]
}

function readNode(reader: Reader, node: ParsedNode | null): YamlNode {
  const range: Range = node === null ? [0, 0] : [node.range[0], node.range[1]]
  const refuse = (code: Problem['code'], message: string, hint?: string): YamlNode => {
    reader.problems.push(problemAt(placeAt(reader.source, ...range), code, message, hint))
    return { kind: 'unreadable', range }
  }
  if (node === null) return { kind: 'null', range }
  if (isAlias(node)) return refuse('syntax', 'aliases (*) are not used in these files', 'write the value out')
  if (isMap(node)) {
    if (node.items.length > maxKeys) return refuse('limit', `a map has at most ${maxKeys} keys; this one has ${node.items.length}`)
    return { kind: 'map', range, entries: readEntries(reader, node.items) }
  }
  if (isSeq(node)) return { kind: 'list', range, items: node.items.map((item) => readNode(reader, item)) }
  const { value, source: raw, type } = node
  if (value === null) return { kind: 'null', range }
  if (typeof value === 'boolean') return { kind: 'boolean', range, value, raw }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return refuse('value', `${quote(raw)} is not a number that can be used`, 'put it in quotes if it is text')
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) return refuse('value', `${quote(raw)} is too large to be exact`, 'put it in quotes if it is text')
    return { kind: 'number', range, value, raw }
  }
  if (typeof value !== 'string') return refuse('syntax', 'this cannot be read as text, number, boolean, list or map')
  const [forbidden] = forbiddenCharacters(value)
  if (forbidden !== undefined) return refuse('encoding', `the text contains ${forbidden.name}`, 'remove the escape')
  return { kind: 'text', range, value, quoted: type !== 'PLAIN' }
}

function readEntries(reader: Reader, pairs: readonly { readonly key: ParsedNode; readonly value: ParsedNode | null }[]): YamlEntry[] {
  const entries: YamlEntry[] = []
  const seen = new Map<string, Range>()
  for (const pair of pairs) {
    const range: Range = [pair.key.range[0], pair.key.range[1]]
    const refuse = (code: Problem['code'], message: string, hint?: string) => reader.problems.push(problemAt(placeAt(reader.source, ...range), code, message, hint))
    const key = keyOf(pair.key)
    if (key === '<<') {
      refuse('syntax', 'merge keys (<<) are not used in these files', 'write the keys out')
      continue
    }
    if (key === undefined) {
      refuse('type', 'a key must be text', isScalar(pair.key) && pair.key.source !== '' ? 'put it in quotes' : undefined)
      continue
    }
    // No JavaScript object can hold this key without surprises, and no file of ours needs it.
    if (key === '__proto__' || forbiddenCharacters(key).length > 0) {
      refuse('value', `the key ${quote(key)} is not allowed`)
      continue
    }
    const first = seen.get(key)
    if (first === undefined) entries.push({ key, keyRange: range, value: readValue(reader, pair.value, range) })
    else refuse('duplicate-key', `the key ${quote(key)} stands here a second time`, `the first is on line ${placeAt(reader.source, ...first).line}`)
    seen.set(key, first ?? range)
  }
  return entries
}

/** A missing value has no place of its own: it is shown at its key. */
function readValue(reader: Reader, value: ParsedNode | null, keyRange: Range): YamlNode {
  const node = readNode(reader, value)
  return node.kind === 'null' && node.range[1] <= node.range[0] ? { kind: 'null', range: keyRange } : node
}

function keyOf(key: ParsedNode): string | undefined {
  return isScalar(key) && typeof key.value === 'string' ? key.value : undefined
}
