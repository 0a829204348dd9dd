import type { Scalar } from '../../spec/policy/condition.ts'
import type { FieldKind } from '../../spec/policy/subjects.ts'
import { compileExpression } from '../../spec/policy/regular-expression.ts'
import type { Facts } from '../facts.ts'
import type { Truth } from '../truth.ts'
import { expandBraces, globTest, matchWords, wordTests } from './match-glob.ts'
import { hostTest } from './match-host.ts'
import { pathTest } from './match-path.ts'
import { urlTest } from './match-url.ts'
import type { FieldValue } from './read-field.ts'

export type ValueTest = (value: FieldValue, facts: Facts) => Truth
export type Wanted = Scalar | { readonly matches: string }

/** Whether a field's value is one of those wanted. A field with several values fits when one does, or with `every` when all do. */
export function compileValue(kind: FieldKind, wanted: readonly Wanted[], every: boolean): ValueTest {
  const isPath = (each: Wanted): each is string => kind === 'path' && typeof each === 'string'
  const paths = wanted.filter(isPath)
  const others = wanted.filter((each) => !isPath(each)).map((each) => (typeof each === 'object' ? expressionTest(each.matches) : oneTest(kind, each)))
  const tests = paths.length === 0 ? others : [pathValue(paths), ...others]
  const oneOf: ValueTest = (value, facts) => {
    let truth: Truth = false
    for (const test of tests) {
      const one = test(value, facts)
      if (one === true) return true
      if (one === 'unknown') truth = 'unknown'
    }
    return truth
  }
  if (kind !== 'texts') return oneOf
  return (value, facts) => {
    if (!Array.isArray(value)) return oneOf(value, facts)
    const each = value.map((one) => (one === null ? 'unknown' : oneOf(one, facts)))
    const decides = !every
    if (each.some((truth) => truth === decides)) return decides
    if (each.includes('unknown')) return 'unknown'
    return every ? value.length > 0 : false
  }
}

function expressionTest(pattern: string): ValueTest {
  const expression = compileExpression(pattern)
  return (value) => {
    if (Array.isArray(value)) return value.includes(null) ? 'unknown' : expression.test(value.join(' '))
    return expression.test(String(value))
  }
}

function oneTest(kind: FieldKind, wanted: Scalar): ValueTest {
  if (typeof wanted !== 'string') return (value) => value === wanted
  switch (kind) {
    case 'words': return wordsValue(wanted)
    case 'host': return hostValue(wanted)
    case 'model': return modelValue(wanted)
    case 'url': return urlValue(wanted)
    default: return textValue(wanted)
  }
}

function textValue(wanted: string): ValueTest {
  const globs = expandBraces(wanted).map(globTest)
  return (value) => globs.some((glob) => glob(String(value)))
}

function urlValue(wanted: string): ValueTest {
  const test = urlTest(wanted)
  return (value) => test(String(value))
}

/** All patterns at once: the path is cut up once. */
function pathValue(wanted: readonly string[]): ValueTest {
  const test = pathTest(wanted)
  return (value, facts) => test(String(value), facts.actor)
}

function wordsValue(wanted: string): ValueTest {
  const pattern = wordTests(wanted.split(/\s+/).filter((word) => word !== ''))
  return (value) => {
    if (!Array.isArray(value)) return 'unknown'
    // A program may be named by its path.
    const [program, ...rest] = value
    const named = typeof program === 'string' && pattern[0]?.text.includes('/') !== true ? [program.slice(program.lastIndexOf('/') + 1), ...rest] : value
    return matchWords(pattern, named) ?? 'unknown'
  }
}

/** `@name` is a set of the server. */
function hostValue(wanted: string): ValueTest {
  if (wanted.startsWith('@')) {
    const name = wanted.slice(1)
    const sets = new Map<readonly string[], readonly ValueTest[]>()
    return (value, facts) => {
      const set = Object.hasOwn(facts.hostSets, name) ? facts.hostSets[name] : undefined
      if (set === undefined) return 'unknown'
      const tests = sets.get(set) ?? set.map(hostValue)
      sets.set(set, tests)
      return tests.some((test) => test(value, facts) === true)
    }
  }
  const test = hostTest(wanted)
  return (value) => test(String(value))
}

/** A model is also known by what its name says from any word on: `sonnet*` is `acme-sonnet-5` and `eu/acme-sonnet-5`. */
function modelValue(wanted: string): ValueTest {
  const globs = expandBraces(wanted.toLowerCase()).map(globTest)
  return (value) => {
    const name = String(value).toLowerCase()
    const starts = [0, ...[...name.matchAll(/[-/:.](?=[a-z])/g)].map(({ index }) => index + 1)]
    return globs.some((glob) => starts.some((start) => glob(name.slice(start))))
  }
}
