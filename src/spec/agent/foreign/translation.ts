import { suggestion } from '../../yaml/did-you-mean.ts'
import { type ProblemCode, problemAt, quote } from '../../yaml/problem.ts'
import { placeAt, type SourceText } from '../../yaml/source-text.ts'
import { truthOf } from '../../yaml/truth-of.ts'
import type { Range, YamlEntry, YamlNode } from '../../yaml/yaml-node.ts'
import type { Load } from '../agent-part.ts'
import { toName } from '../resolve-agent.ts'
import { agentName } from '../words.ts'
import type { ForeignDialects } from './foreign-dialects.ts'
import { escapeReferences, textNode } from './make-node.ts'

/** One foreign file on its way to the native form. */
export interface Translation {
  readonly load: Load
  readonly source: SourceText
  readonly dialects: ForeignDialects
}

/** Says that something is not carried, or not as it was: the loss report. */
export function lose({ load, source }: Translation, range: Range, message: string, hint?: string): void {
  load.warnings.push(problemAt(placeAt(source, ...range), 'foreign', message, hint))
}

export function refuse({ load, source }: Translation, range: Range, code: ProblemCode, message: string, hint?: string): void {
  load.problems.push(problemAt(placeAt(source, ...range), code, message, hint))
}

/** What becomes of one key: a reason why it is not carried, the values that say what is done here anyway, or work to do. */
export type FieldRule = string | { readonly same: readonly (string | number | boolean | null)[]; readonly otherwise: string } | ((entry: YamlEntry) => void)
export type FieldRules = Readonly<Record<string, FieldRule>>

/** Looks at every key of a map: what no rule carries is reported with its line. @param label the map's own path; empty for the root. */
export function readFields(translation: Translation, { node, label }: { node: YamlNode | undefined; label: string }, rules: FieldRules): void {
  if (node === undefined || node.kind === 'unreadable') return
  if (node.kind === 'null') return
  if (node.kind !== 'map') return refuse(translation, node.range, 'type', `${label} must be a map`)
  for (const entry of node.entries) {
    const path = label === '' ? entry.key : `${label}.${entry.key}`
    const rule = Object.hasOwn(rules, entry.key) ? rules[entry.key] : undefined
    if (rule === undefined) lose(translation, entry.keyRange, `unknown key ${quote(path)} is not carried`, suggestion(entry.key, Object.keys(rules)))
    else if (typeof rule === 'function') rule(entry)
    else if (typeof rule === 'string') lose(translation, entry.keyRange, `${path} is not carried: ${rule}`)
    else if (!rule.same.some((value) => value === scalarOf(entry.value))) lose(translation, entry.keyRange, `${path} is not carried: ${rule.otherwise}`)
  }
}

/** A plain word that YAML 1.1 took for true or false is one here too: other tools read these files so. */
function scalarOf(node: YamlNode): string | number | boolean | null | undefined {
  if (node.kind === 'null') return null
  const truth = node.kind === 'text' && !node.quoted ? truthOf(node.value) : undefined
  if (truth !== undefined) return truth === 'true'
  return node.kind === 'text' || node.kind === 'number' || node.kind === 'boolean' ? node.value : undefined
}

/** The text of a value that must be text; undefined when it is not, which is reported. */
export function expectText(translation: Translation, { key, value }: YamlEntry, label = key): string | undefined {
  if (value.kind === 'text') return value.value
  if (value.kind !== 'unreadable') refuse(translation, value.range, 'type', `${label} must be text`, value.kind === 'number' || value.kind === 'boolean' ? `put it in quotes: "${value.raw}"` : undefined)
  return undefined
}

/** True or false; undefined when it is neither, which is reported. */
export function expectBoolean(translation: Translation, { value }: YamlEntry, label: string): boolean | undefined {
  const scalar = scalarOf(value)
  if (typeof scalar === 'boolean') return scalar
  if (value.kind !== 'unreadable') refuse(translation, value.range, 'type', `${label} must be true or false`)
  return undefined
}

/** The texts of a list; one text counts as a list of one. What is no text is reported. */
export function expectTexts(translation: Translation, { value }: YamlEntry, label: string): { text: string; node: YamlNode }[] {
  if (value.kind === 'null' || value.kind === 'unreadable') return []
  const items = value.kind === 'list' ? value.items : [value]
  return items.flatMap((node) => {
    if (node.kind === 'text') return [{ text: node.value, node }]
    if (node.kind !== 'unreadable') refuse(translation, node.range, 'type', `${label} must be a list of texts`)
    return []
  })
}

/** A name in our form, with a word about it where it had to change. */
export function nameNode(translation: Translation, range: Range, text: string): YamlNode {
  if (agentName.safeParse(text).success) return textNode(range, text)
  const name = toName(text)
  lose(translation, range, `the name ${quote(text)} becomes ${quote(name)}: names are lower-case words joined by - or _`)
  return textNode(range, name)
}

const maxDescription = 300

/** A description on one line of at most 300 characters. */
export function descriptionNode(translation: Translation, range: Range, text: string): YamlNode | undefined {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  if (line === '') return undefined
  if (line.length <= maxDescription) return textNode(range, escapeReferences(line))
  lose(translation, range, `the description has ${line.length} characters; the first ${maxDescription} are carried`, 'put what the model must know into the prompt')
  const cut = line.slice(0, maxDescription - 1).replace(/[\ud800-\udbff]$/, '')
  return textNode(range, escapeReferences(`${cut}…`))
}
