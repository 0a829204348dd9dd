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
  const { low, high } = boundsOf(tests)
  return low.at < high.at || (low.at === high.at && low.within && high.within)
}

/** Whether every value that passes `tests` passes `wanted`. In doubt: no. */
export function testsImply(kind: FieldKind, tests: readonly Test[], wanted: Test): boolean {
  if (tests.some((test) => JSON.stringify(test) === JSON.stringify(wanted))) return true
  const values = candidates(kind, tests)
  if (values !== undefined) return values.every((value) => passes(kind, wanted, value) === true)
  if (isBounds(wanted)) return within(boundsOf(tests), boundsOf([wanted]))
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
  if (kind === 'words') return !JSON.stringify(tests).includes('/')
  if (kind !== 'path') return true
  const roots = new Set(tests.flatMap((test) => positives(test) ?? []).map(String).filter((each) => !each.startsWith('**')).map((each) => (/^[~/]/.exec(each)?.[0] ?? '')))
  return roots.size < 2 && !JSON.stringify(tests).includes('"not"') && !JSON.stringify(tests).includes('"ne"')
}

function literalsOf(test: Test): readonly Scalar[] | undefined {
  const list = positives(test)
  return list?.every((each) => typeof each !== 'string' || !/[*?{@]/.test(each)) === true ? list : undefined
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
  const only = typeof test !== 'object' || isList(test) || Object.keys(test).every((key) => key === 'eq' || key === 'in')
  const list = only ? positives(test) : undefined
  return list?.every((each) => typeof each === 'string') === true ? list.flatMap((each) => expandBraces(each)) : undefined
}

const isList = (test: object): test is readonly Scalar[] => Array.isArray(test)

const passes = (kind: FieldKind, test: Test, value: FieldValue) => (kind === 'window' ? 'unknown' : compileTest(kind, test, false)(value, place))
const place = { ...bareFacts('other'), actor: { session: '', agent: '', harness: '', depth: 0, workspace: '/workspace', home: '/home' } }

function valueOf(kind: FieldKind, literal: Scalar): FieldValue {
  if (kind === 'words') return String(literal).split(/\s+/)
  if (kind === 'texts') return [String(literal)]
  return kind === 'path' && typeof literal === 'string' ? literal.replace(/^~(?=\/|$)/, '/home') : literal
}

interface Bound {
  readonly at: number
  readonly within: boolean
}

function boundsOf(tests: readonly Test[]): { readonly low: Bound; readonly high: Bound } {
  let low: Bound = { at: Number.NEGATIVE_INFINITY, within: true }
  let high: Bound = { at: Number.POSITIVE_INFINITY, within: true }
  for (const test of tests) {
    if (typeof test !== 'object' || isList(test)) continue
    const { gt, ge, lt, le } = test as Operators // Proof: as above.
    for (const bound of [gt === undefined ? [] : [{ at: gt, within: false }], ge === undefined ? [] : [{ at: ge, within: true }]].flat()) if (bound.at > low.at || (bound.at === low.at && !bound.within)) low = bound
    for (const bound of [lt === undefined ? [] : [{ at: lt, within: false }], le === undefined ? [] : [{ at: le, within: true }]].flat()) if (bound.at < high.at || (bound.at === high.at && !bound.within)) high = bound
  }
  return { low, high }
}

const isBounds = (test: Test): boolean => typeof test === 'object' && !isList(test) && Object.keys(test).length > 0 && Object.keys(test).every((key) => ['gt', 'ge', 'lt', 'le'].includes(key))

function within(inner: ReturnType<typeof boundsOf>, outer: ReturnType<typeof boundsOf>): boolean {
  const above = inner.low.at > outer.low.at || (inner.low.at === outer.low.at && (outer.low.within || !inner.low.within))
  const below = inner.high.at < outer.high.at || (inner.high.at === outer.high.at && (outer.high.within || !inner.high.within))
  return above && below
}

/** Whether all that fits `inner` fits `outer`; sound, and blind for what is not plain. */
function isWithin(kind: FieldKind, inner: string, outer: string): boolean {
  if (inner === outer) return true
  if (outer.includes('?') || inner.startsWith('@') || outer.startsWith('@')) return false
  if (kind === 'path') return outer === '**' || (outer.endsWith('/**') && !/[*{]/.test(outer.slice(0, -3)) && (inner === outer.slice(0, -3) || inner.startsWith(outer.slice(0, -2))) && !inner.split('/').includes('..'))
  if (kind !== 'words') return globTest(outer)(inner)
  const [wide, narrow] = [outer.split(/\s+/), inner.split(/\s+/)]
  const prefix = wide.slice(0, -1)
  return wide.at(-1) === '*' && prefix.every((word, index) => word === narrow[index]) && (narrow.length > prefix.length || !inner.endsWith('*'))
}
