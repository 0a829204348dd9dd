import { describe, expect, it } from 'vitest'
import { factsOf } from '../../test/policy/facts-of.ts'
import { install, push } from '../../test/policy/tree-log.ts'
import type { Policy } from '../spec/policy/policy-schema.ts'
import { actionKinds } from '../spec/policy/subjects.ts'
import { compilePolicies, emptyList } from './compile-policies.ts'

const ruleOf = (policy: Partial<Policy>) => {
  const [rule] = compilePolicies('server', [{ name: 'p', type: 'tool', action: 'ask', ...policy }]).rules
  if (rule === undefined) throw new Error('one policy is one rule')
  return rule
}

describe('a rule', () => {
  it('speaks of the subjects of its type, or of the one that its match names', () => {
    const subjects = (policy: Partial<Policy>) => [...ruleOf(policy).subjects]
    expect(subjects({ type: 'git' })).toEqual(['git.push', 'git.commit'])
    expect(subjects({})).toEqual(actionKinds)
    expect(subjects({ match: { subject: 'exec' } })).toEqual(['exec'])
    for (const subject of ['git.*', 'git.????', '{exec,spawn}', ['exec']]) expect(subjects({ match: { subject } })).toEqual(actionKinds)
  })
  it('holds where its match does and its unless does not', () => {
    const rule = ruleOf({ type: 'git', match: { verb: 'push' }, unless: { ref: 'main' } })
    const { ref: _ref, ...unsure } = push() as Extract<ReturnType<typeof push>, { kind: 'git.push' }>
    expect([rule.match(factsOf(push())), rule.match(factsOf(push({ ref: 'dev' }))), rule.match(factsOf({ kind: 'git.commit', outbound: false })), rule.match(factsOf(unsure))]).toEqual([false, true, false, 'unknown'])
    expect(ruleOf({}).match(factsOf(push()))).toBe(true)
  })
  it('that allows something wants all of several names to fit; its exceptions and others want one', () => {
    const both = install('left', 'right')
    expect(ruleOf({ type: 'package', match: { names: 'left' }, action: 'allow' }).match(factsOf(both))).toBe(false)
    expect(ruleOf({ type: 'package', match: { names: 'left' }, action: 'deny' }).match(factsOf(both))).toBe(true)
    expect(ruleOf({ type: 'package', unless: { names: 'left' }, action: 'deny' }).match(factsOf(both))).toBe(true)
    expect(ruleOf({ type: 'package', unless: { names: 'left' }, action: 'allow' }).match(factsOf(both))).toBe(false)
  })
  it('remembers what its type and its `after` need', () => {
    const count = (policy: Partial<Policy>) => ruleOf(policy).histories.length
    expect([count({}), count({ type: 'cost', value: 1 }), count({ type: 'rate', value: 1, per: '1m' }), count({ type: 'loop' }), count({ type: 'require', after: { exec: {} } }), count({ type: 'cost', value: 1, after: { exec: {} } })]).toEqual([0, 1, 1, 1, 1, 2])
  })
  it('may be answered by whom it names, else by an owner or an approver', () => {
    expect([ruleOf({}).by, ruleOf({ approval: { by: ['admin'] } }).by, ruleOf({ approval: { remember: 'once' } }).by]).toEqual([['owner', 'approver'], ['admin'], ['owner', 'approver']])
  })
})

it('is another when its policy, its level or its list is, and the same when they are', () => {
  const policy: Policy = { name: 'p', type: 'git', action: 'ask' }
  const [list, same, session, longer] = [compilePolicies('server', [policy]), compilePolicies('server', [{ ...policy }]), compilePolicies('session', [policy]), compilePolicies('server', [policy, policy])]
  expect([list.hash === same.hash, list.rules[0]?.hash === same.rules[0]?.hash, list.rules[0]?.id, session.rules[0]?.id]).toEqual([true, true, 'server/p', 'session/p'])
  expect(new Set([list.hash, session.hash, longer.hash, emptyList('server').hash, emptyList('agent').hash]).size).toBe(5)
  expect(list.rules[0]?.hash).not.toBe(session.rules[0]?.hash)
  expect(list.rules[0]?.hash).not.toBe(compilePolicies('server', [{ ...policy, message: 'x' }]).rules[0]?.hash)
  expect(emptyList('server')).toMatchObject({ level: 'server', rules: [] })
})
