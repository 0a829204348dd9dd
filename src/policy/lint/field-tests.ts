import type { Condition, Operators, Scalar, Test } from '../../spec/policy/condition.ts'
import type { FieldKind } from '../../spec/policy/subjects.ts'
import { compileTest } from '../conditions/compile-condition.ts'
import { expandBraces, globTest } from '../conditions/match-glob.ts'
import type { FieldValue } from '../conditions/read-field.ts'
import { bareFacts } from '../spoken-kinds.ts'

/** A condition with its `all` parts taken up: what must hold of each field, and what else. */
export interface FlatCondition {
  readonly fields: ReadonlyMap<string, readonly Test[]>
  readonly any: readonly (readonly Condition[])[]
  readonly not: readonly Condition[]
}

export function flatten(condition: Condition): FlatCondition {
  const fields = new Map<string, Test[]>()
  const any: (readonly Condition[])[] = []
  const not: Condition[] = []
  const take = (part: Condition): void => {
    for (const [key, value] of Object.entries(part)) {
      // Proof for these: the schema of `Condition`.
      if (key === 'all') for (const each of value as readonly Condition[]) take(each)
      else if (key === 'any') any.push(value as readonly Condition[])
      else if (key === 'not') not.push(value as Condition)
      else fields.set(key, [...(fields.get(key) ?? []), value as Test])
    }
  }
  take(condition)
  return { fields, any, not }
}

/** Whether some value passes all tests. In doubt: yes. */
export function testsMayHold(kind: FieldKind, tests: readonly Test[]): boolean {
  const values = candidates(kind, tests)
  if (values !== undefined) return values.length > 0
  const { low, high } = rangeOf(tests)
  return compareEdges(low, high) <= 0
}

/** Whether every value that passes `tests` passes `wanted`. In doubt: no. */
export function testsImply(kind: FieldKind, tests: readonly Test[], wanted: Test): boolean {
  if (tests.some((test) => JSON.stringify(test) === JSON.stringify(wanted))) return true
  const values = candidates(kind, tests)
  if (values !== undefined) return values.every((value) => passes(kind, wanted, value) === true)
  if (isRange(wanted)) return isRangeWithin(rangeOf(tests), rangeOf([wanted]))
  const outer = patternsOf(wanted)
  return outer !== undefined && tests.some((test) => patternsOf(test)?.every((inner) => outer.some((one) => isWithin(kind, inner, one))) === true)
}

/** The only values that may pass, where a test names them one by one; undefined where it does not. */
function candidates(kind: FieldKind, tests: readonly Test[]): readonly FieldValue[] | undefined {
  if (!isPlain(kind, tests)) return undefined
  const named = kind === 'boolean' ? [true, false] : tests.map(literalsOf).find((literals) => literals !== undefined)
  return named?.map((literal) => valueOf(kind, literal)).filter((value) => tests.every((test) => passes(kind, test, value) !== false))
}

/** Whether a name fits nothing but itself: not so for lists, for models (`sonnet` fits `acme-sonnet` too), and for places of which nobody knows how they lie to each other. */
function isPlain(kind: FieldKind, tests: readonly Test[]): boolean {
  if (kind === 'texts' || kind === 'model') return false
  const text = JSON.stringify(tests)
  if (kind === 'words') return !text.includes('/')
  if (kind !== 'path') return true
  const roots = new Set(tests.flatMap((test) => positives(test) ?? []).map(String).filter((each) => !each.startsWith('**')).map((each) => ('~/'.includes(each.charAt(0)) ? each.charAt(0) : 'workspace')))
  return roots.size < 2 && !text.includes('"not"') && !text.includes('"ne"')
}

function literalsOf(test: Test): readonly Scalar[] | undefined {
  const list = positives(test)
  return list?.every((each) => !/[*?{@]/.test(String(each))) === true ? list : undefined
}

/** What one of must hold, as `a`, `[a, b]`, `{eq}` and `{in}` say it. */
function positives(test: Test): readonly Scalar[] | undefined {
  if (typeof test !== 'object') return [test]
  if (isList(test)) return test
  const { eq, in: list } = test as Operators // Proof: no list; a window has neither.
  return eq === undefined ? list : [eq]
}

/** Only of tests that are nothing but positive patterns: then what fits is exactly what they say. */
function patternsOf(test: Test): readonly string[] | undefined {
  const isOnly = typeof test !== 'object' || isList(test) || Object.keys(test).length === 1
  return isOnly ? positives(test)?.flatMap((each) => expandBraces(String(each))) : undefined
}

const isList = (test: object): test is readonly Scalar[] => Array.isArray(test)

const passes = (kind: FieldKind, test: Test, value: FieldValue) => compileTest(kind, test, false)(value, place)
const place = { ...bareFacts('other'), actor: { session: '', agent: '', harness: '', depth: 0, workspace: '/workspace', home: '/home' } }

function valueOf(kind: FieldKind, literal: Scalar): FieldValue {
  if (kind === 'words') return wordsOf(String(literal))
  return kind === 'path' ? String(literal).replace(/^~(?=\/|$)/, '/home') : literal
}

const wordsOf = (text: string): readonly string[] => text.trim().split(/\s+/)

/** Where a range begins or ends: at a number, or a hair above it (1) or below it (-1). */
interface Edge {
  readonly at: number
  readonly by: -1 | 0 | 1
}

interface Range {
  readonly low: Edge
  readonly high: Edge
}

/** Infinities of one sign have no difference: then the hair decides. */
const compareEdges = (one: Edge, other: Edge): number => one.at - other.at || one.by - other.by

function rangeOf(tests: readonly Test[]): Range {
  const all = [{}, ...tests] as readonly Operators[] // Proof: whatever is no map of operators has none of these keys.
  const lows = all.flatMap(({ gt = Number.NEGATIVE_INFINITY, ge = gt }): Edge[] => [{ at: gt, by: 1 }, { at: ge, by: 0 }])
  const highs = all.flatMap(({ lt = Number.POSITIVE_INFINITY, le = lt }): Edge[] => [{ at: lt, by: -1 }, { at: le, by: 0 }])
  return { low: lows.reduce((most, each) => (compareEdges(each, most) > 0 ? each : most)), high: highs.reduce((least, each) => (compareEdges(each, least) < 0 ? each : least)) }
}

const isRange = (test: Test): boolean => typeof test === 'object' && Object.keys(test).every((key) => ['gt', 'ge', 'lt', 'le'].includes(key))
const isRangeWithin = (inner: Range, outer: Range): boolean => compareEdges(inner.low, outer.low) >= 0 && compareEdges(inner.high, outer.high) <= 0

/** Whether all that fits `inner` fits `outer`; sound, and blind for what is not plain. */
function isWithin(kind: FieldKind, inner: string, outer: string): boolean {
  if (inner === outer) return true
  // What a set of hosts holds is the server's to say; which one character a `?` takes is not followed.
  if (outer.includes('?') || inner.startsWith('@')) return false
  if (kind === 'path') return isPathWithin(inner, outer)
  return kind === 'words' ? areWordsWithin(wordsOf(inner), wordsOf(outer)) : globTest(outer)(inner)
}

/** Only where `outer` is words and then any rest; of which there must be as many as `inner` is sure to have. */
function areWordsWithin(inner: readonly string[], outer: readonly string[]): boolean {
  const first = outer.slice(0, -1)
  const isOpen = inner.at(-1)?.endsWith('*') === true
  return outer.at(-1) === '*' && first.every((word, index) => word === inner[index]) && (!isOpen || inner.length > first.length)
}

function isPathWithin(inner: string, outer: string): boolean {
  if (outer === '**') return true
  const folder = outer.slice(0, -2)
  return outer.endsWith('/**') && !folder.includes('*') && `${inner}/`.startsWith(folder) && !inner.split('/').includes('..')
}
