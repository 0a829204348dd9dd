import type { Condition, Operators, Test } from '../../spec/policy/condition.ts'
import type { Policy } from '../../spec/policy/policy-schema.ts'
import { expandBraces } from '../conditions/match-glob.ts'
import { readUrlPattern } from '../conditions/match-url.ts'
import { bareHost } from './region-extent.ts'

/** What conditions name of requests: by these the requests of a session are divided. */
export interface NamedPlaces {
  readonly hosts: readonly string[]
  readonly paths: readonly string[]
  readonly methods: readonly string[]
  readonly ports: readonly number[]
}

/** Everything that a policy names, in whatever condition and with whatever sign. */
export function namedPlaces(policy: Policy, hostSets: Readonly<Record<string, readonly string[]>>): NamedPlaces {
  const tests = conditionsOf(policy).flatMap(testsOf)
  const texts = (name: string) => tests.flatMap(([key, test]) => (key === name ? valuesOf(test).map(String) : []))
  const addresses = texts('url').flatMap(expandBraces).flatMap((each) => readUrlPattern(each) ?? [])
  const parts = addresses.map(({ authority }) => /^(.*?)(?::(\d+))?$/.exec(authority) ?? [])
  return {
    hosts: [...texts('host').flatMap((each) => (each.startsWith('@') ? (Object.hasOwn(hostSets, each.slice(1)) ? (hostSets[each.slice(1)] ?? []) : []) : [each])), ...parts.map(([, name = '']) => bareHost(name))],
    paths: [...texts('path'), ...addresses.map(({ path }) => path)],
    methods: texts('method').flatMap(expandBraces).filter((each) => !/[*?{}]/.test(each)),
    ports: [...texts('port'), ...parts.flatMap(([, , port]) => port ?? [])].map(Number).filter((port) => Number.isInteger(port) && port > 0 && port <= 65_535),
  }
}

/** The conditions of a policy, those of what must have been included. */
function conditionsOf({ match, unless, after, since }: Policy): Condition[] {
  const past = [after ?? [], since ?? []].flat().flatMap((pattern) => Object.entries(pattern).flatMap(([key, value]: [string, unknown]) => (key === 'since' || key === 'cleared_by' ? (isMap(value) ? Object.values(value) : []) : [value])))
  return [match, unless, ...past].filter(isMap)
}

// Proof: the schema gives these places conditions or nothing.
const isMap = (value: unknown): value is Condition => typeof value === 'object' && value !== null

/** Field by field, through `all`, `any` and `not`. */
function testsOf(condition: Condition): (readonly [string, Test])[] {
  return Object.entries(condition).flatMap(([key, value]): (readonly [string, Test])[] => {
    // Proof for these: the schema of `Condition`.
    if (key === 'all' || key === 'any') return (value as readonly Condition[]).flatMap(testsOf)
    if (key === 'not') return testsOf(value as Condition)
    return [[key, value as Test]]
  })
}

function valuesOf(test: Test): readonly (string | number | boolean)[] {
  if (typeof test !== 'object') return [test]
  if (Array.isArray(test)) return test
  const { eq, ne, in: list = [], not = [] } = test as Operators // Proof: what is no list and no scalar.
  return [eq, ne, ...list, not].flat().filter((each) => each !== undefined)
}
