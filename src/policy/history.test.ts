import { expect, it } from 'vitest'
import { actor } from '../../test/policy/facts-of.ts'
import type { Happening } from './happening.ts'
import { keepScopes, scopeKey } from './history.ts'

const occasion = { seq: 1, at: 1, actor, turn: 't1' }

it('keeps apart what is counted by turn, session, agent and tree', () => {
  const other = { ...occasion, actor: { ...actor, session: 'child', agent: 'helper' } }
  expect((['turn', 'session', 'agent'] as const).map((scope) => [scopeKey(scope, occasion) === scopeKey(scope, other), scopeKey(scope, occasion) === scopeKey(scope, { ...occasion })])).toEqual([[false, true], [false, true], [false, true]])
  expect(scopeKey('tree', occasion)).toBe(scopeKey('tree', other))
  expect(scopeKey('turn', occasion)).not.toBe(scopeKey('turn', { ...occasion, turn: 't2' }))
  expect(scopeKey('turn', { ...occasion, turn: undefined })).not.toBe(scopeKey('turn', occasion))
  expect(new Set((['turn', 'session', 'agent', 'tree'] as const).map((scope) => scopeKey(scope, occasion))).size).toBe(4)
})

it('forgets a turn at its end, and nothing else', () => {
  const state = { [scopeKey('turn', occasion)]: 1, [scopeKey('turn', { ...occasion, turn: 't2' })]: 2, [scopeKey('session', occasion)]: 3 }
  keepScopes(state, { ...occasion, type: 'turn-ended' })
  expect(Object.values(state)).toEqual([2, 3])
  keepScopes(state, { ...occasion, type: 'executed', call: 'c', actions: [] })
  expect(Object.values(state)).toEqual([2, 3])
})

it('goes on, in a session that comes from another, from a copy of what was there', () => {
  const fork: Happening = { ...occasion, actor: { ...actor, session: 'fork' }, type: 'forked', from: 'root' }
  const state: Record<string, { count: number }> = { [scopeKey('session', occasion)]: { count: 1 } }
  keepScopes(state, fork)
  const own = state[scopeKey('session', fork)]
  expect(own).toEqual({ count: 1 })
  if (own !== undefined) own.count = 5
  expect(state[scopeKey('session', occasion)]).toEqual({ count: 1 })
  const empty = {}
  keepScopes(empty, fork)
  expect(empty).toEqual({})
})
