import { expect, it } from 'vitest'
import type { Condition } from '../spec/policy/condition.ts'
import type { Policy } from '../spec/policy/policy-schema.ts'
import { compilePolicies } from './compile-policies.ts'
import { bareFacts, conditionMayHold, spokenKinds } from './spoken-kinds.ts'

const kinds = ({ match, ...policy }: Omit<Partial<Policy>, 'match'> & { match?: unknown }) => compilePolicies('server', [{ name: 'p', type: 'git', action: 'ask', ...(match === undefined ? {} : { match: match as Condition }), ...policy }]).rules.flatMap((rule) => [...spokenKinds(rule)])

it('are the subjects that the condition does not rule out by kind alone', () => {
  expect([kinds({}), kinds({ match: { verb: 'push' } }), kinds({ match: { force: true } }), kinds({ match: { any: [{ verb: 'commit' }, { tag: true }] } }), kinds({ match: { all: [{ verb: 'push' }, { message: 'x' }] } }), kinds({ match: { not: { verb: 'push' } } })]).toEqual([['git.push', 'git.commit'], ['git.push'], ['git.push'], ['git.push', 'git.commit'], [], ['git.push', 'git.commit']])
  expect(kinds({ type: 'tool', match: { subject: ['exec', 'git.*'] } })).toEqual(['exec', 'git.push', 'git.commit'])
  expect(kinds({ type: 'secret', match: { in: ['git.push'], kinds: ['aws_key'] } }).toSorted()).toEqual(['exec', 'git.push', 'message.out', 'net.request'])
})

it('of a rate or a loop are those that it counts; of a cost all that it holds back', () => {
  expect([kinds({ type: 'rate', of: 'git', value: 1, per: '1m' }), kinds({ type: 'loop', of: 'exec' }), kinds({ type: 'rate', of: 'git', match: { force: true }, value: 1, per: '1m' })]).toEqual([['git.push', 'git.commit'], ['exec'], ['git.push']])
  expect(kinds({ type: 'rate', value: 1, per: '1m' }).length).toBe(kinds({ type: 'tool' }).length)
  expect(kinds({ type: 'cost', value: 1, match: { model: 'x' } }).length).toBe(kinds({ type: 'tool' }).length)
})

it('holds for a kind in doubt', () => {
  const may = (condition: unknown) => conditionMayHold('git.push', condition as Condition)
  expect([may({}), may({ ref: 'x' }), may({ any: [] }), may({ all: [] }), may({ not: { server: 'x' } }), may({ server: 'x' }), may({ in: ['x'] }), may({ kinds: ['aws_key'] }), may({ subject: 'git.*' }), may({ subject: 'exec' }), may({ verb: 'commit' })]).toEqual([true, true, false, true, true, false, true, true, true, false, false])
  expect(bareFacts('git.push')).toMatchObject({ possibly: 'git.push', secrets: undefined })
})
