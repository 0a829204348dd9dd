import { describe, expect, it } from 'vitest'
import { exec, treeLog, type TreeLog } from '../../../test/policy/tree-log.ts'
import type { Action } from '../../spec/actions.ts'
import { countMoney, emptyBalance } from '../../spec/money/money-sums.ts'
import type { Policy } from '../../spec/policy/policy-schema.ts'

const cost = (more: Partial<Policy> = {}): Policy => ({ name: 'c', type: 'cost', value: 10, action: 'deny', ...more })
const open = (policy: Policy): TreeLog => {
  const log = treeLog({ server: [policy] })
  log.open('child', 'root', 'helper', [])
  return log
}
const spentBy = (microUsd: number) => ({ ...emptyBalance, spent: countMoney(emptyBalance.spent, { input: 0, output: 0, microUsd, isPlan: false }) })
const modelCall = (estCost?: number): Action => ({ kind: 'model.call', model: 'm', outbound: true, estTokens: { input: 1, output: 1 }, ...(estCost === undefined ? {} : { estCost }) })
const settle = (log: TreeLog, data: object, lane = 'root') => log.emit('money.settled', { step: `s${log.events.length}`, model: 'm', usage: { input: 0, output: 0 }, microUsd: 1e6, source: 'reported', ...data } as never, lane)

describe('what was spent', () => {
  it('fires from the mark on, in dollars, and says both', () => {
    const log = open(cost())
    log.spend(9.99)
    expect(log.ask([exec('ls')]).verdict).toBe('allow')
    log.spend(0.01)
    expect(log.ask([exec('ls')])).toMatchObject({ verdict: 'deny', rules: [{ value: 10e6, message: '$10.00 spent; the mark is $10.00' }] })
  })
  it('compares as it is told', () => {
    const log = open(cost({ op: 'gt' }))
    log.spend(10)
    expect(log.ask([exec('ls')]).verdict).toBe('allow')
    log.spend(0.01)
    expect(log.ask([exec('ls')]).verdict).toBe('deny')
  })
  it('counts in its scope', () => {
    for (const [scope, root, child] of [['session', 'allow', 'deny'], ['tree', 'deny', 'deny'], ['agent', 'allow', 'deny']] as const) {
      const log = open(cost({ scope }))
      log.spend(10, { lane: 'child' })
      expect([scope, log.ask([exec('ls')]).verdict, log.ask([exec('ls')], 'child').verdict]).toEqual([scope, root, child])
    }
  })
  it('counts the calls that fit, and holds back those who fit', () => {
    const log = open(cost({ match: { model: 'big*' } }))
    log.spend(10, { model: 'small' })
    expect(log.ask([{ kind: 'model.call', model: 'big', outbound: true }]).verdict).toBe('allow')
    log.spend(10, { model: 'big-1' })
    expect(log.ask([{ kind: 'model.call', model: 'big', outbound: true }]).verdict).toBe('deny')
  })
  it('of a user, a team or a server is in the ledger, and unknown where nobody keeps one', () => {
    for (const scope of ['user', 'server', 'team'] as const) {
      const log = open(cost({ scope }))
      expect(log.ask([exec('ls')], 'root', { ledger: { [scope]: spentBy(10e6) } }).verdict).toBe('deny')
      expect(log.ask([exec('ls')], 'root', { ledger: { [scope]: spentBy(9e6) } }).verdict).toBe('allow')
      expect(log.ask([exec('ls')]).rules).toMatchObject([{ verdict: 'ask', unknown: true }])
    }
  })
  it('warns once', () => {
    const log = open(cost({ action: 'warn' }))
    log.spend(10)
    expect([log.call([exec('ls')]).verdict, log.call([exec('ls')]).verdict]).toEqual(['warn', 'allow'])
  })
})

describe('tokens', () => {
  it('are all that a call was sent and gave, its cache counted in', () => {
    const log = open(cost({ unit: 'tokens', value: 100 }))
    settle(log, { usage: { input: 10, output: 20, cacheRead: 30, cacheWrite: 39 }, microUsd: null, billing: 'plan' })
    expect(log.ask([exec('ls')]).verdict).toBe('allow')
    settle(log, { usage: { input: 1, output: 0 } })
    expect(log.ask([exec('ls')])).toMatchObject({ verdict: 'deny', rules: [{ value: 100, message: '100 tokens spent; the mark is 100 tokens' }] })
  })
})

describe('a pause at every multiple', () => {
  const every = cost({ every: 10, action: 'ask' })
  it('asks at the next one after the highest that was allowed', () => {
    const log = open({ ...every, message: '{{spent}} of {{limit}}, next {{next}}' })
    log.spend(9.99)
    expect(log.ask([exec('ls')]).verdict).toBe('allow')
    log.spend(15.01)
    expect(log.call([exec('ls')], { approve: false }).rules[0]?.message).toBe('$25.00 of $10.00, next $30.00')
    log.call([exec('ls')])
    expect(log.ask([exec('ls')]).verdict).toBe('allow')
    log.spend(4.99)
    expect(log.ask([exec('ls')]).verdict).toBe('allow')
    log.spend(0.01)
    expect(log.ask([exec('ls')]).verdict).toBe('ask')
  })
  it('is not allowed by a yes to another rule', () => {
    const log = treeLog({ server: [every, { name: 'ls', type: 'exec', match: { argv: 'ls' }, action: 'ask' }] })
    log.call([exec('ls')])
    log.spend(10)
    expect(log.ask([exec('x')]).verdict).toBe('ask')
  })
})

describe('calls without a price', () => {
  it.each([[undefined, 'ask'], ['ask', 'ask'], ['deny', 'deny']] as const)('unpriced %s: %s', (unpriced, verdict) => {
    const log = open(cost(unpriced === undefined ? {} : { unpriced }))
    log.spend(null)
    expect(log.ask([exec('ls')]).verdict).toBe(verdict)
  })
  it('are counted at the price that is assumed, rounded up', () => {
    const log = open(cost({ unpriced: { assume: { in: 2, out: 10 } } as NonNullable<Policy['unpriced']>, value: 0.000_1 }))
    settle(log, { usage: { input: 10, output: 5, cacheRead: 10, cacheWrite: 4 }, microUsd: null })
    expect(log.ask([exec('ls')]).verdict).toBe('allow')
    settle(log, { usage: { input: 1, output: 0 }, microUsd: null })
    expect(log.ask([exec('ls')])).toMatchObject({ verdict: 'deny', rules: [{ value: 100 }] })
  })
  it('do not matter to tokens, nor beyond the mark', () => {
    const tokens = open(cost({ unit: 'tokens' }))
    tokens.spend(null)
    expect(tokens.ask([exec('ls')]).verdict).toBe('allow')
    const spent = open(cost())
    spent.spend(null)
    spent.spend(10)
    expect(spent.ask([exec('ls')]).verdict).toBe('deny')
  })
})

describe('calls of a plan', () => {
  it('count only where the policy says so', () => {
    for (const [more, verdict] of [[{}, 'allow'], [{ count_plan: true }, 'deny'], [{ count_plan: false }, 'allow']] as const) {
      const log = open(cost(more))
      settle(log, { microUsd: 10e6, billing: 'plan' })
      expect(log.ask([exec('ls')]).verdict).toBe(verdict)
    }
    const log = open(cost())
    settle(log, { microUsd: null, billing: 'plan' })
    expect(log.ask([exec('ls')]).verdict).toBe('allow')
  })
})

describe('reservations', () => {
  const reserved = cost({ count_reserved: true, unpriced: 'ask' })
  const reserve = (log: TreeLog, usd: number, id = 'r') => log.emit('money.reserved', { reservation: id, model: 'm', microUsd: usd * 1e6 })
  it('make a call wait that does not fit beside them, and only then', () => {
    const log = open(reserved)
    log.spend(5)
    expect(log.ask([modelCall(6e6)])).toMatchObject({ verdict: 'allow', wait: false })
    reserve(log, 3)
    expect(log.ask([modelCall(2e6)])).toMatchObject({ verdict: 'allow', wait: false })
    expect(log.ask([modelCall(2e6 + 1)])).toMatchObject({ verdict: 'allow', wait: true })
    log.emit('money.released', { reservation: 'r' })
    expect(log.ask([modelCall(6e6)])).toMatchObject({ verdict: 'allow', wait: false })
  })
  it('end when their call is settled, once', () => {
    const log = open(reserved)
    reserve(log, 9)
    log.spend(1, { reservation: 'r' })
    log.emit('money.released', { reservation: 'r' })
    expect(log.ask([modelCall(9e6)])).toMatchObject({ wait: false })
    reserve(log, 1, 'r2')
    expect(log.ask([modelCall(9e6)])).toMatchObject({ wait: true })
  })
  it('count in the scope of their call, where its turn is over too', () => {
    const log = open({ ...reserved, scope: 'turn' })
    reserve(log, 9)
    log.emit('turn.ended', { outcome: 'completed' })
    log.emit('money.released', { reservation: 'r' })
    expect(log.ask([modelCall(9e6)])).toMatchObject({ verdict: 'allow', wait: false })
    const narrow = open({ ...reserved, match: { model: 'big*' } })
    reserve(narrow, 9)
    expect(narrow.ask([{ ...modelCall(9e6), model: 'big' } as Action])).toMatchObject({ wait: false })
  })
  it('do not hold back what is no model call', () => {
    const log = open(reserved)
    reserve(log, 20)
    expect(log.ask([exec('ls')])).toMatchObject({ verdict: 'allow', wait: false })
  })
  it('leave the mark where it is: nothing goes from there on, and nothing waits', () => {
    const log = open(reserved)
    reserve(log, 1)
    log.spend(10)
    expect(log.ask([modelCall(0)])).toMatchObject({ verdict: 'deny', wait: false })
  })
  it('are not known for a call without a price', () => {
    const log = open(reserved)
    expect(log.ask([modelCall()])).toMatchObject({ verdict: 'ask', rules: [{ unknown: true }] })
    expect(open({ ...reserved, unpriced: 'deny' }).ask([modelCall()]).verdict).toBe('deny')
    const assumed = open({ ...reserved, unpriced: { assume: { in: 1, out: 1 } } })
    reserve(assumed, 10 - 2e-6)
    expect(assumed.ask([modelCall()])).toMatchObject({ verdict: 'allow', wait: false })
    reserve(assumed, 1e-6, 'r2')
    expect(assumed.ask([modelCall()])).toMatchObject({ verdict: 'allow', wait: true })
    const settledWithout = open(reserved)
    settledWithout.spend(null)
    expect(settledWithout.ask([modelCall(1)]).verdict).toBe('ask')
  })
})
