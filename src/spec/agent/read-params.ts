import { suggestion } from '../yaml/did-you-mean.ts'
import { listWords, type Problem, problemAt, quote } from '../yaml/problem.ts'
import { truthOf } from '../yaml/truth-of.ts'
import { placeAt, placeOfFile, type SourceText } from '../yaml/source-text.ts'
import { entriesOf, entryOf, itemsOf, textOf, type YamlEntry, type YamlNode } from '../yaml/yaml-node.ts'

export type ParamType = 'text' | 'number' | 'integer' | 'boolean'
export type ParamValue = string | number | boolean

/** A parameter as it is declared. */
export interface ParamSpec {
  readonly name: string
  readonly type: ParamType
  readonly description?: string
  readonly options?: readonly string[]
}

/** What `${name}` stands for. Without `value` it is open: somebody has to be asked. */
export interface BoundParam extends ParamSpec {
  readonly value?: ParamValue
}

export type ParamScope = ReadonlyMap<string, BoundParam>

export interface ReadParams {
  readonly scope: ParamScope
  readonly open: readonly ParamSpec[]
  readonly problems: readonly Problem[]
}

/**
 * Reads `params:` of one agent. Shapes that are wrong are left to the schema.
 * @param given values from a person (`--param k=v`), as text; undefined for a sub-agent, which can ask nobody.
 */
export function readParams(source: SourceText, agent: YamlNode, given: Readonly<Record<string, string>> | undefined): ReadParams {
  const section = entryOf(agent, 'params')
  const scope = new Map<string, BoundParam>()
  const problems: Problem[] = []
  const open: ParamSpec[] = []
  for (const entry of entriesOf(section?.value)) {
    const declared = declare(source, entry, problems)
    const text = given !== undefined && Object.hasOwn(given, entry.key) ? given[entry.key] : undefined
    const bound = text === undefined ? declared : bind(source, entry, declared, { text, problems })
    scope.set(entry.key, bound)
    // Without a map there is nothing to ask for: what stands there is wrong, and the schema says so.
    if (bound.value !== undefined || entry.value.kind !== 'map') continue
    // A wrong default is reported already; asking for a value as well would be noise.
    if (entryOf(entry.value, 'default') !== undefined || text !== undefined) continue
    const place = placeAt(source, ...entry.keyRange)
    if (given === undefined) {
      problems.push(problemAt(place, 'parameter', `parameter ${quote(entry.key)} of a sub-agent needs a default`, 'a sub-agent can ask nobody for it'))
    } else {
      open.push(declared)
      problems.push(problemAt(place, 'open-parameter', `parameter ${quote(entry.key)} has no value`, `give it one: --param ${entry.key}=…`))
    }
  }
  for (const name of Object.keys(given ?? {})) {
    if (scope.has(name)) continue
    const place = section === undefined ? placeOfFile(source.path) : placeAt(source, ...section.keyRange)
    problems.push(problemAt(place, 'parameter', `there is no parameter ${quote(name)}`, suggestion(name, [...scope.keys()])))
  }
  return { scope, open, problems }
}

function declare(source: SourceText, { key: name, value: node }: YamlEntry, problems: Problem[]): BoundParam {
  const short = scalarOf(node)
  if (short !== undefined) return { name, type: typeOf(short), value: short }
  const defaultNode = entryOf(node, 'default')?.value
  const value = scalarOf(defaultNode)
  const stated = textOf(entryOf(node, 'type')?.value)
  const type = isParamType(stated) ? stated : value === undefined ? 'text' : typeOf(value)
  const optionsEntry = entryOf(node, 'options')
  const options = itemsOf(optionsEntry?.value).flatMap((item) => textOf(item) ?? [])
  const description = textOf(entryOf(node, 'description')?.value)
  const spec: ParamSpec = { name, type, ...(description === undefined ? {} : { description }), ...(options.length === 0 ? {} : { options }) }
  if (optionsEntry !== undefined && type !== 'text') {
    problems.push(problemAt(placeAt(source, ...optionsEntry.keyRange), 'value', `options go with type text, not ${type}`))
  }
  if (value === undefined || defaultNode === undefined) return spec
  const wrong = mismatch(spec, value)
  if (wrong === undefined) return { ...spec, value }
  problems.push(problemAt(placeAt(source, ...defaultNode.range), 'parameter', `the default of ${quote(name)} ${wrong.message}`, wrong.hint))
  return spec
}

function bind(source: SourceText, entry: YamlEntry, spec: BoundParam, { text, problems }: { text: string; problems: Problem[] }): BoundParam {
  const { value: _default, ...rest } = spec
  const parsed = parseGiven(spec.type, text)
  const wrong = mismatch(rest, parsed)
  if (wrong === undefined) return { ...rest, value: parsed }
  problems.push(problemAt(placeAt(source, ...entry.keyRange), 'parameter', `the value given for ${quote(entry.key)} ${wrong.message}`, wrong.hint))
  return rest
}

function parseGiven(type: ParamType, text: string): ParamValue {
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  // Number('') is 0, which nobody meant.
  if ((type === 'number' || type === 'integer') && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text)
  return text
}

function mismatch(spec: ParamSpec, value: ParamValue): { message: string; hint?: string | undefined } | undefined {
  const shown = typeof value === 'string' ? quote(value) : String(value)
  if (spec.type === 'text') {
    if (typeof value !== 'string') return { message: `must be text, not ${shown}`, hint: `put it in quotes: "${shown}"` }
    if (spec.options === undefined || spec.options.includes(value)) return undefined
    return { message: `must be ${listWords(spec.options.map(quote))}, not ${shown}`, hint: suggestion(value, spec.options) }
  }
  if (spec.type === 'boolean') {
    const truth = truthOf(String(value))
    return typeof value === 'boolean' ? undefined : { message: `must be true or false, not ${shown}`, hint: truth === undefined ? undefined : `write ${truth}` }
  }
  const fits = typeof value === 'number' && (spec.type === 'number' || Number.isSafeInteger(value))
  return fits ? undefined : { message: `must be a ${spec.type === 'integer' ? 'whole ' : ''}number, not ${shown}` }
}

function scalarOf(node: YamlNode | undefined): ParamValue | undefined {
  return node?.kind === 'text' || node?.kind === 'number' || node?.kind === 'boolean' ? node.value : undefined
}

function typeOf(value: ParamValue): ParamType {
  return typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'boolean' : 'number'
}

function isParamType(word: string | undefined): word is ParamType {
  return word === 'text' || word === 'number' || word === 'integer' || word === 'boolean'
}
