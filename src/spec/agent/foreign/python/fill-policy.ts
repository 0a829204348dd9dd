import { quote } from '../../../yaml/problem.ts'
import { entriesOf, itemsOf, type Range, type YamlEntry, type YamlNode } from '../../../yaml/yaml-node.ts'
import { didYouMean } from '../../../yaml/did-you-mean.ts'
import { truthOf } from '../../../yaml/truth-of.ts'
import { type Plain, plainNode } from '../make-node.ts'
import { lose, refuse, type Translation } from '../translation.ts'
import type { HandlerParam, HandlerRule } from './policy-handlers.ts'

interface FillRequest {
  readonly name: string
  readonly range: Range
  /** Path of the policy, for messages. */
  readonly label: string
  readonly args: YamlEntry | undefined
}

/** The policies of a handler with the values given to it; none when a value is wrong, which is reported. */
export function fillPolicies(translation: Translation, rule: HandlerRule, { name, range, label, args }: FillRequest): YamlNode[] {
  const values = readValues(translation, rule, { range, label, args })
  if (values === undefined) return []
  return rule.policies.flatMap(({ suffix = '', when, each, policy }) => {
    if (when !== undefined && values.get(when[0]) !== when[1]) return []
    const items = each === undefined ? [undefined] : listOf(values.get(each))
    return items.map((item) => {
      const all = item === undefined ? values : new Map([...values, ['item', item]])
      return plainNode(range, { name: `${name}${fillText(suffix, all)}`, ...fillMap(policy, all) })
    })
  })
}

function readValues(translation: Translation, rule: HandlerRule, { range, label, args }: Omit<FillRequest, 'name'>): ReadonlyMap<string, Plain> | undefined {
  const values = new Map<string, Plain>()
  let isWrong = false
  const wrong = (at: Range, message: string, hint?: string) => {
    isWrong = true
    refuse(translation, at, 'value', message, hint)
  }
  if (args !== undefined && args.value.kind !== 'map' && args.value.kind !== 'null') wrong(args.value.range, `the arguments of ${label} must be a map`)
  for (const { key, keyRange, value } of entriesOf(args?.value)) {
    const param = Object.hasOwn(rule.params, key) ? rule.params[key] : undefined
    // A misspelt limit must not become the default one.
    if (param === undefined) wrong(keyRange, `${label} takes no ${quote(key)}`, hintFor(key, rule))
    else if (value.kind !== 'null') {
      const read = readValue(param, value)
      if (read === undefined) wrong(value.range, `${key} of ${label} must be ${wordFor[param.type]}`)
      else if (param.only !== undefined && !isSame(read, param.only)) wrong(value.range, `${key} of ${label} can not be kept here: no policy of ours restricts it`, 'say it as another policy, or remove it')
      else {
        if (param.lost !== undefined) lose(translation, keyRange, `${key} of ${label} is not carried: ${param.lost}`)
        values.set(key, read)
      }
    }
  }
  for (const [key, param] of Object.entries(rule.params)) {
    if (values.has(key)) continue
    if (param.default === undefined) wrong(args?.keyRange ?? range, `${label} needs ${quote(key)}`)
    else values.set(key, param.default)
  }
  return isWrong ? undefined : values
}

const wordFor: Readonly<Record<HandlerParam['type'], string>> = {
  number: 'a number', text: 'text', boolean: 'true or false', numbers: 'a list of numbers', texts: 'a list of texts', verdict: 'ask or deny',
}

function hintFor(key: string, { params }: HandlerRule): string {
  const meant = didYouMean(key, Object.keys(params))
  return meant === undefined ? `it takes ${Object.keys(params).join(', ') || 'nothing'}` : `did you mean "${meant}"?`
}

function readValue({ type }: HandlerParam, node: YamlNode): Plain | undefined {
  switch (type) {
    case 'number': return node.kind === 'number' && node.value >= 0 ? node.value : undefined
    case 'text': return node.kind === 'text' ? node.value : undefined
    case 'boolean': return node.kind === 'boolean' ? node.value : node.kind === 'text' && !node.quoted && truthOf(node.value) !== undefined ? truthOf(node.value) === 'true' : undefined
    case 'verdict': return node.kind === 'text' && /^(?:ask|deny)$/i.test(node.value) ? node.value.toLowerCase() : undefined
    case 'numbers': return everyItem(node, { type: 'number' })
    case 'texts': return everyItem(node, { type: 'text' })
  }
}

function everyItem(node: YamlNode, param: HandlerParam): Plain | undefined {
  if (node.kind !== 'list') return undefined
  const items = itemsOf(node).map((item) => readValue(param, item))
  return items.every((item) => item !== undefined) ? items : undefined
}

/** Lists of texts count as sets. */
function isSame(left: Plain, right: Plain): boolean {
  const [some, others] = [new Set(listOf(left)), new Set(listOf(right))]
  return some.size === others.size && [...some].every((item) => others.has(item))
}

function listOf(value: Plain | undefined): readonly Plain[] {
  return value === undefined ? [] : isList(value) ? value : [value]
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value)
}

function fillMap(map: Readonly<Record<string, Plain>>, values: ReadonlyMap<string, Plain>): Record<string, Plain> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, fill(value, values)]))
}

/** A text that is one placeholder takes the value with its type. */
function fill(value: Plain, values: ReadonlyMap<string, Plain>): Plain {
  if (typeof value === 'string') {
    const [, only] = /^<(\w+)>$/.exec(value) ?? []
    const whole = only === undefined ? undefined : values.get(only)
    return whole ?? fillText(value, values)
  }
  if (typeof value !== 'object') return value
  return isList(value) ? value.map((item) => fill(item, values)) : fillMap(value, values)
}

function fillText(text: string, values: ReadonlyMap<string, Plain>): string {
  return text.replaceAll(/<(\w+)>/g, (all: string, name: string) => {
    const value = values.get(name) ?? all
    return typeof value === 'object' ? all : String(value)
  })
}
