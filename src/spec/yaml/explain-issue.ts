import { z } from 'zod'
import { didYouMean, suggestion } from './did-you-mean.ts'
import { type Problem, type ProblemCode, listWords, problemAt, quote } from './problem.ts'
import { keysAt, schemasAt } from './schema-at-path.ts'
import { placeAt, type SourceText } from './source-text.ts'
import { truthOf } from './truth-of.ts'
import { entriesOf, entryOf, isUnreadable, nodeAt, type Path, pathLabel, type Range, type YamlNode, valueOf } from './yaml-node.ts'

export interface IssueContext {
  readonly source: SourceText
  readonly root: YamlNode
  readonly schema: z.ZodType
  readonly synonyms: Readonly<Record<string, string>>
  readonly advice: Readonly<Record<string, string>>
  readonly later: Readonly<Record<string, string>>
  readonly laterValues: Readonly<Record<string, string>>
  /** What the root is called in messages. */
  readonly rootName: string
}

type Issue = z.core.$ZodIssue
type Words = readonly [message: string, hint?: string | undefined]

/** Says a schema's complaint in the words of the file. `above` is the path the issue's own path starts from. */
export function explainIssue(context: IssueContext, issue: Issue, above: Path): Problem[] {
  const path: Path = [...above, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))]
  if (isUnreadable(context.root, path)) return []
  const node = nodeAt(context.root, path)
  const label = pathLabel(path) || context.rootName
  const missing = () => missingKey(context, path.slice(0, -1), [String(path.at(-1))])
  switch (issue.code) {
    case 'unrecognized_keys': return issue.keys.map((key) => unknownKey(context, path, key))
    case 'invalid_key': return badKey(context, path, issue.issues)
    case 'invalid_union': {
      if (node === undefined) return missing()
      return explainUnion(context, path, issue.errors)
    }
    case 'invalid_type': return node === undefined ? missing() : [at(context, node, 'type', wrongKind(label, node, [kindWord(issue.expected)]))]
    case 'invalid_value': {
      if (node === undefined) return missing()
      const choices = issue.values.map(String)
      if (node.kind !== 'text') return [at(context, node, 'type', wrongKind(label, node, [`one of ${listWords(choices)}`]))]
      const later = Object.hasOwn(context.laterValues, node.value) ? context.laterValues[node.value] : undefined
      if (later !== undefined) return [at(context, node, 'unavailable', [`${quote(node.value)} in ${label} is not available yet`, later])]
      return [at(context, node, 'value', [`${label} must be ${listWords(choices)}, not ${quote(node.value)}`, suggestion(node.value, choices, context.synonyms)])]
    }
    case 'too_small':
    case 'too_big': return [at(context, node, 'value', [`${label} ${sizeWords(issue)}`])]
    default: return [at(context, node, 'value', [`${label} ${issue.message}`])]
  }
}

/** Chooses the alternative the writer most likely meant: of the right kind, with the fewest complaints, the earlier one on a tie. */
function explainUnion(context: IssueContext, path: Path, branches: readonly (readonly Issue[])[]): Problem[] {
  const node = nodeAt(context.root, path)
  const fitting = branches.filter((issues) => !isWrongKind(issues, node))
  if (fitting.length === 0 && node !== undefined) {
    const kinds = [...new Set(branches.flatMap((issues) => expectedKinds(issues)))]
    return [at(context, node, 'type', wrongKind(pathLabel(path) || context.rootName, node, kinds))]
  }
  const ranked = fitting.map((issues) => ({ issues, weight: weigh(issues) })).sort((left, right) => left.weight - right.weight)
  const best = ranked.filter(({ weight }) => weight === ranked[0]?.weight).map(({ issues }) => issues)
  const choice = missingChoice(context, path, best)
  const rest = (best[0] ?? []).filter((issue) => choice === undefined || !choice.includes(String(issue.path[0])))
  const problems = rest.flatMap((issue) => explainIssue(context, issue, path))
  return choice === undefined ? problems : [...missingKey(context, path, choice), ...problems]
}

/** Alternatives that differ only in one key each has and none is there: `needs "command" or "url"`. */
function missingChoice(context: IssueContext, path: Path, branches: readonly (readonly Issue[])[]): string[] | undefined {
  const missing = branches.map((issues) => issues.filter((issue) => issue.path.length === 1 && nodeAt(context.root, [...path, String(issue.path[0])]) === undefined).map((issue) => String(issue.path[0])))
  const own = missing.map((keys, index) => keys.filter((key) => !missing.some((others, other) => other !== index && others.includes(key))))
  return own.length > 1 && own.every((keys) => keys.length === 1) && nodeAt(context.root, path)?.kind === 'map' ? own.flat() : undefined
}

function isWrongKind(issues: readonly Issue[], node: YamlNode | undefined): boolean {
  return issues.some((issue) => issue.path.length === 0 && (issue.code === 'invalid_type'
    || (issue.code === 'invalid_value' && node?.kind !== 'text')
    || (issue.code === 'invalid_union' && issue.errors.every((branch) => isWrongKind(branch, node)))))
}

function expectedKinds(issues: readonly Issue[]): string[] {
  return issues.flatMap((issue) => {
    if (issue.path.length > 0) return []
    if (issue.code === 'invalid_type') return [kindWord(issue.expected)]
    if (issue.code === 'invalid_value') return [`one of ${listWords(issue.values.map(String))}`]
    return issue.code === 'invalid_union' ? issue.errors.flatMap(expectedKinds) : []
  })
}

function weigh(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0)
}

function unknownKey(context: IssueContext, path: Path, key: string): Problem {
  const map = nodeAt(context.root, path)
  const range = entryOf(map, key)?.keyRange ?? map?.range ?? [0, 1]
  const place = placeAt(context.source, ...range)
  const later = path.length === 0 && Object.hasOwn(context.later, key) ? context.later[key] : undefined
  if (later !== undefined) return problemAt(place, 'unavailable', `${quote(key)} is not available yet`, later)
  const known = keysAt(context.schema, path)
  const inside = path.length === 0 ? '' : ` in ${pathLabel(path)}`
  if (known.includes(key)) {
    // Keys that belong to another alternative than this one.
    const shapes = schemasAt(context.schema, path).flatMap((schema) => (schema instanceof z.ZodObject ? [Object.keys(schema.shape)] : []))
    const mates = new Set(shapes.filter((keys) => keys.includes(key)).flat())
    const others = entriesOf(map).map((entry) => entry.key).filter((other) => known.includes(other) && !mates.has(other))
    return problemAt(place, 'unknown-key', `${quote(key)} cannot stand${inside} beside ${listWords(others.map(quote), 'and')}`)
  }
  const taken = new Set(entriesOf(map).map((entry) => entry.key))
  const advice = Object.hasOwn(context.advice, key) ? context.advice[key] : undefined
  const hint = advice ?? suggestion(key, known.filter((candidate) => !taken.has(candidate)), context.synonyms)
  return problemAt(place, 'unknown-key', `unknown key ${quote(key)}${inside}`, hint ?? (known.length > 0 ? `known keys: ${known.join(', ')}` : undefined))
}

/** The schema does not look at the value of a bad key, so that is done here: all problems at once. */
function badKey(context: IssueContext, path: Path, issues: readonly Issue[]): Problem[] {
  const key = String(path.at(-1))
  const parent = path.slice(0, -1)
  const map = nodeAt(context.root, parent)
  const entry = entryOf(map, key)
  const place = placeAt(context.source, ...(entry?.keyRange ?? map?.range ?? [0, 1]))
  const bad = issues.map((issue) => problemAt(place, 'value', `the key ${quote(key)} in ${pathLabel(parent)} ${wordsOf(issue)}`))
  if (entry === undefined) return bad
  const value = valueOf(entry.value)
  const results = schemasAt(context.schema, path).map((schema) => safeParse(schema, value))
  if (results.some(({ success }) => success)) return bad
  const branches = results.map(({ error }) => error?.issues ?? [])
  return [...bad, ...explainUnion(context, path, branches)]
}

function safeParse(schema: z.core.$ZodType, value: unknown) {
  // Proof: every schema of ours is made by `z`, whose types carry the methods; only the element types are stated by core.
  return (schema as z.ZodType).safeParse(value)
}

/** @param choice the keys of which one is missing; one key, or those of several alternatives. */
function missingKey(context: IssueContext, parentPath: Path, choice: readonly string[]): Problem[] {
  const parent = nodeAt(context.root, parentPath)
  const known = keysAt(context.schema, parentPath)
  // A misspelt key is reported as that; that the right one is missing as well says nothing new.
  const isMisspelt = entriesOf(parent).some(({ key }) => !known.includes(key) && didYouMean(key, choice, context.synonyms) !== undefined)
  if (isMisspelt) return []
  const first = entriesOf(parent)[0]?.keyRange
  const range: Range = first !== undefined && first[0] === parent?.range[0] ? first : [parent?.range[0] ?? 0, (parent?.range[0] ?? 0) + 1]
  const owner = pathLabel(parentPath) || context.rootName
  return [problemAt(placeAt(context.source, ...range), 'missing-key', `${owner} needs ${listWords(choice.map(quote))}`)]
}

function wrongKind(label: string, node: YamlNode, expected: readonly string[]): Words {
  const wanted = expected.join(', or ')
  if (node.kind === 'null') return [`${label} has no value; it must be ${wanted}`, undefined]
  const actual = { map: 'a map', list: 'a list', text: 'text', number: 'a number', boolean: 'true or false', unreadable: 'unreadable' }[node.kind]
  // "A whole number, not a number" would not say what is wrong with 2.5.
  const shown = node.kind === 'number' && expected.includes('a whole number') ? node.raw : actual
  return [`${label} must be ${wanted}, not ${shown}`, kindHint(node, expected)]
}

function kindHint(node: YamlNode, expected: readonly string[]): string | undefined {
  const wants = (kind: string) => expected.some((word) => word.startsWith(kind))
  if (node.kind === 'text' && wants('true or false')) {
    const truth = truthOf(node.value)
    return truth === undefined ? undefined : `write ${truth}`
  }
  if (node.kind === 'text' && (wants('a number') || wants('a whole number')) && node.quoted && node.value.trim() !== '' && Number.isFinite(Number(node.value))) return 'remove the quotes'
  if ((node.kind === 'number' || node.kind === 'boolean') && wants('text')) return `put it in quotes: "${node.raw}"`
  if (node.kind === 'text' && wants('a list')) return 'write it as a list: [ … ] or lines that start with "- "'
  return undefined
}

function kindWord(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', object: 'a map', record: 'a map', array: 'a list', null: 'empty',
  }
  return words[expected] ?? expected
}

function wordsOf(issue: Issue): string {
  return issue.code === 'too_small' || issue.code === 'too_big' ? sizeWords(issue) : issue.message
}

function sizeWords(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const small = issue.code === 'too_small'
  const bound = small ? issue.minimum : issue.maximum
  const than = small ? 'at least' : 'at most'
  if (issue.origin === 'string') return small && Number(bound) === 1 ? 'must not be empty' : `must have ${than} ${bound} characters`
  if (issue.origin === 'array') return small && Number(bound) === 1 ? 'must not be an empty list' : `must have ${than} ${bound} entries`
  return `must be ${issue.inclusive === false ? (small ? 'more than' : 'less than') : than} ${bound}`
}

function at(context: IssueContext, node: YamlNode | undefined, code: ProblemCode, [message, hint]: Words): Problem {
  return problemAt(placeAt(context.source, ...(node?.range ?? [0, 1])), code, message, hint)
}
