import { describe, expect, it } from 'vitest'
import { exec, install, push, read, treeLog, write } from '../../../test/policy/tree-log.ts'
import type { Policy } from '../../spec/policy/policy-schema.ts'

const rate = (more: Partial<Policy>): Policy => ({ name: 'r', type: 'rate', of: 'exec', op: 'gt', value: 2, per: '1m', action: 'ask', ...more })

describe('so many per time', () => {
  it('forgets what lies a whole time back, and no sooner', () => {
    const log = treeLog({ server: [rate({})] })
    log.call([exec('a')])
    log.call([exec('b')])
    expect(log.ask([exec('c')])).toMatchObject({ verdict: 'ask', rules: [{ value: 3, message: '3 in this time: more than 2 is too many' }] })
    log.pass(59_999)
    expect(log.ask([exec('c')]).verdict).toBe('ask')
    log.pass(1)
    expect(log.ask([exec('c')]).verdict).toBe('allow')
  })
  it('counts earlier actions of the same call', () => {
    const log = treeLog({ server: [rate({})] })
    expect([log.ask([exec('a'), exec('b')]).verdict, log.ask([exec('a'), exec('b'), exec('c')]).verdict, log.ask([exec('a'), read('x'), exec('b')]).verdict]).toEqual(['allow', 'ask', 'allow'])
  })
  it('still knows the newest ones after many of them', () => {
    const log = treeLog({ server: [rate({ action: 'warn' })] })
    for (let index = 0; index < 10; index += 1) log.call([exec('a'), exec('b'), exec('c'), exec('d'), exec('e'), exec('f')])
    log.pass(30_000)
    log.call([exec('a')])
    log.pass(30_001)
    // One is left of all those.
    expect(log.ask([exec('a')]).verdict).toBe('allow')
  })
  it('warns once, and again when the rate has fallen since', () => {
    const log = treeLog({ server: [rate({ action: 'warn' })] })
    const verdicts = (count: number) => Array.from({ length: count }, () => log.call([exec('a')]).verdict)
    expect(verdicts(5)).toEqual(['allow', 'allow', 'warn', 'allow', 'allow'])
    log.pass(60_001)
    expect(verdicts(4)).toEqual(['allow', 'allow', 'warn', 'allow'])
  })
})

describe('so many per place', () => {
  it.each([['turn', 'allow', 'allow'], ['session', 'ask', 'allow'], ['tree', 'ask', 'ask']] as const)('%s: after the turn %s, in another session %s', (per, later, elsewhere) => {
    const log = treeLog({ server: [rate({ per })] })
    log.open('child', 'root')
    for (let index = 0; index < 2; index += 1) log.call([exec('a')])
    expect(log.ask([exec('a')]).verdict).toBe('ask')
    expect(log.ask([exec('a')], 'child').verdict).toBe(elsewhere)
    log.emit('turn.ended', { outcome: 'completed' } as never)
    expect(log.ask([exec('a')]).verdict).toBe(later)
  })
  it('warns once for good', () => {
    const log = treeLog({ server: [rate({ per: 'tree', action: 'warn' })] })
    expect(Array.from({ length: 5 }, () => log.call([exec('a')]).verdict)).toEqual(['allow', 'allow', 'warn', 'allow', 'allow'])
    log.pass(1e9)
    expect(log.call([exec('a')]).verdict).toBe('allow')
  })
  it('is of the scope that is named, whatever the time', () => {
    const log = treeLog({ server: [rate({ scope: 'session' })] })
    log.open('child', 'root')
    for (let index = 0; index < 2; index += 1) log.call([exec('a')])
    expect([log.ask([exec('a')]).verdict, log.ask([exec('a')], 'child').verdict]).toEqual(['ask', 'allow'])
  })
})

it('counts what ran, or with `count: attempts` what was asked for', () => {
  for (const [count, verdict] of [['executed', 'allow'], ['attempts', 'ask']] as const) {
    const log = treeLog({ server: [rate({ count }), { name: 'no', type: 'exec', match: { argv: 'no' }, action: 'deny' }] })
    for (let index = 0; index < 2; index += 1) log.call([exec('no')])
    expect(log.ask([exec('a')]).verdict).toBe(verdict)
  }
  const changes = treeLog({ server: [rate({ of: 'file.write', per: 'tree', value: 1 })] })
  changes.call([exec('make')], { files: [{ path: '/home/ann/app/a', kind: 'modified' }, { path: '/home/ann/app/b', kind: 'modified' }] })
  expect(changes.ask([write('c')])).toMatchObject({ verdict: 'ask', rules: [{ value: 3 }] })
})

it('counts, and holds back, only what it is of', () => {
  const log = treeLog({ server: [rate({ of: 'git', match: { ref: 'main' }, value: 0 })] })
  expect([log.ask([push()]).verdict, log.ask([push({ ref: 'dev' })]).verdict, log.ask([exec('ls')]).verdict]).toEqual(['ask', 'allow', 'allow'])
  const all: Policy = { name: 'all', type: 'rate', value: 1, per: 'session', action: 'deny' }
  const any = treeLog({ server: [all] })
  any.call([read('a')])
  expect(any.ask([install('a')]).verdict).toBe('deny')
})
