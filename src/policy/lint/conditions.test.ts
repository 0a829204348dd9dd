import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countOf, lane } from '../../../test/support/lane.ts'
import type { Action, ActionKind } from '../../spec/actions.ts'
import type { Condition } from '../../spec/policy/condition.ts'
import { compileCondition } from '../conditions/compile-condition.ts'
import type { Facts } from '../facts.ts'
import { contradiction, implies, isExcepted } from './conditions.ts'

const runs = { numRuns: countOf(3_000), seed: Number(process.env['OMNI_SEED'] ?? 20_261_126), endOnFailure: lane === 'mutation' }
const pick = <Value>(...values: readonly Value[]) => fc.constantFrom(...values)

const values = { path: ['src/a', 'src/b/c', 'notes', '~/x', '/etc/x'], ref: ['main', 'dev', 'release/1'], repo: ['acme/app', 'acme/lib'], names: ['left-pad', 'right-pad'] } as const
const patterns = { path: [...values.path, 'src/**', 'src/*', '**', '**/a', '~/**', '/etc/**'], ref: [...values.ref, 'release/*', '*', 'm*', '?ain', '{main,dev}'], repo: [...values.repo, 'acme/*'], names: [...values.names, '*-pad', 'left*'] } as const
const textTest = (list: readonly string[]) => fc.oneof(pick(...list), fc.array(pick(...list), { minLength: 1, maxLength: 3 }), fc.record({ in: fc.array(pick(...list), { minLength: 1, maxLength: 3 }) }), fc.record({ not: pick(...list) }), fc.record({ matches: pick('^m', 'a') }))
const bounds = fc.dictionary(pick('lt', 'le', 'gt', 'ge', 'eq', 'ne'), fc.integer({ min: 0, max: 4 }), { minKeys: 1, maxKeys: 3 })
const leaf = fc.oneof(
  fc.record({ path: textTest(patterns.path) }), fc.record({ ref: textTest(patterns.ref) }), fc.record({ repo: textTest(patterns.repo) }), fc.record({ bytes: bounds }), fc.record({ force: fc.boolean() }),
  fc.record({ verb: pick('push', 'write', 'commit') }), fc.record({ subject: pick('git.*', 'file.write', 'git.push', 'package.install') }), fc.record({ depth: bounds }), fc.record({ names: textTest(patterns.names) }),
)
const anyCondition: fc.Arbitrary<Condition> = fc.letrec<{ node: object }>((tie) => ({
  node: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, fc.tuple(leaf, leaf).map(([one, other]) => ({ ...one, ...other })), fc.record({ all: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }), fc.record({ any: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }), fc.record({ not: tie('node') })),
})).node as fc.Arbitrary<Condition>
/** Two conditions, of which every other time the first says all that the second does, and more. */
const anyTwo = fc.tuple(anyCondition, anyCondition, fc.boolean()).map(([one, other, isMore]): readonly [Condition, Condition] => [isMore ? { all: [one, other] } as unknown as Condition : one, other])

const anyAction: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant('file.write' as const), path: pick('src/a', 'src/b/c', 'notes', '/home/ann/x', '/etc/x', '/home/ann/app/src/a'), bytes: fc.integer({ min: 0, max: 4 }), outbound: fc.constant(false as const) }),
  fc.record({ kind: fc.constant('git.push' as const), ref: pick(...values.ref), repo: pick(...values.repo), force: fc.boolean(), outbound: fc.constant(true as const) }),
  fc.record({ kind: fc.constant('package.install' as const), manager: fc.constant('npm'), names: fc.subarray([...values.names]), scripts: fc.constant(false), outbound: fc.constant(true as const) }),
)
const factsOf = (action: Action, depth: number): Facts => ({
  action, actor: { session: 's', agent: 'a', harness: 'h', depth, workspace: '/home/ann/app', home: '/home/ann' }, now: 0, planes: { wire: false, kernel: false, restore: false }, secrets: undefined, hostSets: {},
})

it('never calls a condition impossible that some action fits', () => {
  let impossible = 0
  fc.assert(fc.property(anyCondition, anyAction, fc.nat(4), (condition, action, depth) => {
    if (contradiction(condition, action.kind) === undefined) return
    impossible += 1
    expect(compileCondition(condition)(factsOf(action, depth))).not.toBe(true)
  }), runs)
  expect(impossible).toBeGreaterThan(runs.numRuns / 30)
})

it('never says that one condition implies another when an action fits the one only', () => {
  let implied = 0
  fc.assert(fc.property(anyTwo, anyAction, fc.nat(4), ([condition, wanted], action, depth) => {
    if (!implies(condition, wanted, action.kind)) return
    const facts = factsOf(action, depth)
    if (compileCondition(condition)(facts) !== true) return
    implied += 1
    expect(compileCondition(wanted)(facts)).toBe(true)
  }), runs)
  expect(implied).toBeGreaterThan(runs.numRuns / 100)
})

it('never says that an exception takes all of a condition when an action is left', () => {
  let excepted = 0
  fc.assert(fc.property(anyTwo, anyAction, ([condition, exception], action) => {
    if (!isExcepted(condition, exception, action.kind)) return
    const facts = factsOf(action, 0)
    if (compileCondition(condition)(facts) !== true) return
    excepted += 1
    expect(compileCondition(exception, true)(facts)).toBe(true)
  }), runs)
  expect(excepted).toBeGreaterThan(runs.numRuns / 100)
})

describe('what follows from a condition', () => {
  const push = { verb: 'push' } as unknown as Condition
  it.each<[condition: object, wanted: object, follows: boolean, kind?: ActionKind]>([
    [{ ref: 'main', force: true }, { all: [{ force: true }, { ref: ['main', 'dev'] }] }, true],
    [{ ref: 'main', force: true }, { all: [{ force: true }, { ref: 'dev' }] }, false],
    [{ ref: 'main' }, { any: [{ ref: 'dev' }, { ref: 'ma*' }] }, true],
    [{ ref: 'main' }, { any: [{ ref: 'dev' }, { tag: true }] }, false],
    [{ not: { ref: 'main' }, force: true }, { not: { ref: 'main' } }, true],
    [{ not: { ref: 'main' } }, { not: { ref: 'dev' } }, false],
    [{ all: [{ not: { ref: 'dev' } }, { not: { ref: 'main' } }] }, { not: { ref: 'main' } }, true],
    [{ any: [{ ref: 'main' }, { ref: 'm2' }] }, { ref: 'm*' }, true],
    [{ any: [{ ref: 'main' }, { ref: 'dev' }] }, { ref: 'm*' }, false],
    [{ any: [{ ref: 'main' }, { ref: 'dev' }], all: [{ any: [{ force: true }, { tag: true }] }] }, { ref: ['main', 'dev'] }, true],
    [{}, { ref: 'main' }, false],
    [{}, { force: true }, false],
    [{}, {}, true],
    [{}, push, true],
    [{}, { subject: 'git.*' }, true],
    [{ verb: 'push' }, { verb: 'commit' }, false],
    [{ in: ['net.request'] }, { in: ['net.request'] }, true, 'net.request'],
    [{ in: ['net.request'] }, { in: ['git.push'] }, false, 'net.request'],
    [{ all: [{ kinds: ['known'] }, { kinds: ['aws_key'] }] }, { kinds: ['aws_key'] }, true, 'net.request'],
    [{ kinds: ['known'] }, { kinds: ['aws_key'] }, false, 'net.request'],
    [{ server: 'x' }, { server: 'x' }, false, 'git.push'],
    [{ server: 'x' }, { server: 'x' }, true, 'mcp.call'],
  ])('%j: %j %s', (condition, wanted, follows, kind = 'git.push') => {
    expect(implies(condition as Condition, wanted as Condition, kind)).toBe(follows)
  })
})
