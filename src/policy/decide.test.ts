import { describe, expect, it } from 'vitest'
import { exec, install, noPlanes, opaque, push, read, treeLog, write } from '../../test/policy/tree-log.ts'
import type { Action } from '../spec/actions.ts'
import type { Policy } from '../spec/policy/policy-schema.ts'
import type { Planes } from './facts.ts'
import { actionsOf, decide } from './decide.ts'

const ask = (policies: readonly Policy[], ...actions: readonly Action[]) => treeLog({ server: policies }).ask(actions)
const on = (action: 'warn' | 'ask' | 'deny', more: Partial<Policy> = {}): Policy => ({ name: action, type: 'git', match: { verb: 'push' }, action, ...more })
const { force: _force, ...unsure } = push() as Extract<Action, { kind: 'git.push' }>

describe('a verdict', () => {
  it('is the strictest of what fires, which is named first', () => {
    expect(ask([on('warn'), on('deny'), on('ask')], push())).toMatchObject({ verdict: 'deny', rules: [{ rule: 'server/deny' }, { rule: 'server/ask' }, { rule: 'server/warn' }] })
    expect(ask([on('ask'), on('warn'), on('ask', { name: 'ask-2' })], push()).rules.map(({ rule }) => rule)).toEqual(['server/ask', 'server/ask-2', 'server/warn'])
    expect(ask([], push())).toEqual({ verdict: 'allow', rules: [], wait: false })
  })
  it('says which actions of a call each rule is about', () => {
    expect(ask([on('ask')], push(), exec('ls'), push({ ref: 'dev' })).rules).toMatchObject([{ rule: 'server/ask', actions: [0, 2] }])
    expect(ask([on('ask')], ...Array.from({ length: 60 }, () => push())).rules[0]?.actions).toHaveLength(50)
  })
  it('of a rule about several actions is the strictest of them, and only of those it is so about', () => {
    const rule = on('deny', { match: { verb: 'push', force: true } })
    expect(ask([rule], unsure, push({ force: true }), unsure).rules).toMatchObject([{ verdict: 'deny', actions: [1] }])
    expect(ask([rule], push({ force: true }), unsure).rules).toMatchObject([{ verdict: 'deny', actions: [0] }])
    expect(ask([rule], unsure, push(), unsure).rules).toMatchObject([{ verdict: 'ask', actions: [0, 2], unknown: true }])
  })
  it('of several levels is the strictest of them', () => {
    expect(treeLog({ server: [on('warn')], agent: [on('deny')], session: [on('ask')] }).ask([push()])).toMatchObject({ verdict: 'deny', rules: [{ rule: 'agent/deny' }, { rule: 'session/ask' }, { rule: 'server/warn' }] })
  })
})

describe('what cannot be determined', () => {
  const force = { verb: 'push', force: true }
  it('is asked about, or denied where the rule says so, and warned of', () => {
    expect([ask([on('deny', { match: force })], unsure).verdict, ask([on('deny', { match: force, unknown: 'deny' })], unsure).verdict, ask([on('warn', { match: force })], unsure).verdict]).toEqual(['ask', 'deny', 'warn'])
    expect(ask([on('deny', { match: force })], push({ force: true })).rules[0]).not.toHaveProperty('unknown')
  })
  it('allows nothing', () => {
    const byDefault: Policy = { name: 'd', type: 'git', default: 'deny' }
    expect([ask([byDefault, { name: 'a', type: 'git', match: { verb: 'push', force: false }, action: 'allow' }], unsure).verdict, ask([byDefault, { name: 'a', type: 'git', match: { verb: 'push', force: false }, action: 'allow' }], push()).verdict]).toEqual(['deny', 'allow'])
  })
  it('is left to a later plane that sees it for certain', () => {
    const at = (planes: Partial<Planes>, policy: Policy, action: Action) => treeLog({ server: [policy] }, { ...noPlanes, restore: false, ...planes }).ask([action]).verdict
    const unknownOf = (type: Policy['type'], verb?: string): Policy => ({ name: 'p', type, ...(verb === undefined ? {} : { match: { verb } }), action: 'ask' })
    expect([at({}, unknownOf('git', 'push'), opaque('$X')), at({ wire: true }, unknownOf('git', 'push'), opaque('$X')), at({ wire: true }, unknownOf('git', 'commit'), opaque('$X'))]).toEqual(['ask', 'allow', 'ask'])
    expect([at({}, unknownOf('package', 'publish'), opaque('$X')), at({ wire: true }, unknownOf('package', 'publish'), opaque('$X')), at({ wire: true }, unknownOf('package', 'install'), opaque('$X'))]).toEqual(['ask', 'allow', 'ask'])
    expect([at({}, unknownOf('network'), opaque('$X')), at({ wire: true }, unknownOf('network'), opaque('$X'))]).toEqual(['ask', 'allow'])
    expect([at({}, unknownOf('file', 'read'), opaque('$X')), at({ kernel: true }, unknownOf('file', 'read'), opaque('$X')), at({ restore: true, wire: true }, unknownOf('file', 'read'), opaque('$X'))]).toEqual(['ask', 'allow', 'ask'])
    expect([at({}, unknownOf('file', 'write'), opaque('$X')), at({ restore: true }, unknownOf('file', 'write'), opaque('$X')), at({ kernel: true }, unknownOf('file', 'delete'), opaque('$X')), at({ restore: true }, unknownOf('file', 'delete'), opaque('$X'))]).toEqual(['ask', 'allow', 'ask', 'allow'])
    // The push itself, not only a line that may be one.
    expect([at({}, on('deny', { match: force }), unsure), at({ wire: true }, on('deny', { match: force }), unsure), at({ wire: true }, on('deny', { match: force }), push({ force: true }))]).toEqual(['ask', 'allow', 'deny'])
  })
  it('is only a line that cannot be read, and is no spawn, no call of a server and no model', () => {
    expect([ask([on('deny')], opaque('$X')).verdict, ask([on('deny')], exec('x', { opaque: [] })).verdict, ask([on('deny')], exec('x')).verdict]).toEqual(['ask', 'allow', 'allow'])
    for (const subject of ['spawn', 'mcp.call', 'model.call']) expect(ask([{ name: 's', type: 'tool', match: { subject }, action: 'deny' }], opaque('$X')).verdict).toBe('allow')
  })
})

describe('a default', () => {
  const closed: Policy = { name: 'closed', type: 'exec', default: 'deny' }
  const allow: Policy = { name: 'ls', type: 'exec', match: { argv: 'ls' }, action: 'allow' }
  it('holds for what no rule of its list admits', () => {
    expect([ask([closed, allow], exec('ls')).verdict, ask([closed, allow], exec('rm')).verdict, ask([{ ...closed, default: 'ask' }, allow], exec('rm')).verdict, ask([closed, allow], push()).verdict]).toEqual(['allow', 'deny', 'ask', 'allow'])
    expect(treeLog({ server: [closed], session: [allow] }).ask([exec('ls')]).verdict).toBe('deny')
  })
  it('is lifted by a question that admits, and by no other question', () => {
    const question: Policy = { name: 'q', type: 'exec', match: { argv: 'rm' }, action: 'ask' }
    expect([ask([closed, { ...question, admit: true }], exec('rm')).verdict, ask([closed, question], exec('rm')).verdict, ask([closed, { ...question, admit: false }], exec('rm')).verdict]).toEqual(['ask', 'deny', 'deny'])
  })
  it('asks where it may be about what a line does, and says no where it says so', () => {
    const git: Policy = { name: 'closed', type: 'git', default: 'deny' }
    expect([ask([git], opaque('$X')).verdict, ask([{ ...git, unknown: 'deny' }], opaque('$X')).verdict]).toEqual(['ask', 'deny'])
    expect(ask([git, { name: 'a', type: 'git', action: 'allow' }], opaque('$X')).verdict).toBe('ask')
  })
})

it('speaks of the rule, what it measured and when it began', () => {
  const log = treeLog({ server: [{ name: 'c', type: 'cost', value: 1, action: 'ask', message: '{{rule}} at {{spent}}: {{command}} {{ path }} {{nothing}}' }, { name: 'r', type: 'rate', of: 'exec', value: 0, per: 'tree', action: 'warn' }, { name: 'plain', type: 'exec', action: 'warn' }] })
  log.spend(2)
  const { rules } = log.ask([exec('ls -l')])
  expect(rules).toMatchObject([{ rule: 'server/c', message: 'server/c at $2.00: ls -l … …', value: 2e6 }, { rule: 'server/r', message: '1 in this time: more than 0 is too many', value: 1 }, { rule: 'server/plain' }])
  expect(rules[2]).not.toHaveProperty('message')
  expect(rules[2]).not.toHaveProperty('value')
  expect(rules[2]).not.toHaveProperty('because')
  expect(ask([on('ask', { message: 'm {{repo}} {{host}} {{model}} {{constructor}}' })], push({ repo: 'r'.repeat(400) })).rules[0]?.message).toBe(`m ${'r'.repeat(300)} … … …`)
})

it('names the newest fifty events that made a rule fire', () => {
  const log = treeLog({ server: [{ name: 'l', type: 'loop', of: 'exec', value: 2, within: '100 calls', action: 'warn' }] })
  for (let index = 0; index < 60; index += 1) log.call([exec('ls')])
  const because = log.ask([exec('ls')]).rules[0]?.because ?? []
  expect(because).toHaveLength(50)
  expect(log.events.slice(because.at(-1)).filter(({ type }) => type === 'tool.released')).toEqual([])
})

it('is unknown about a past that nobody followed', () => {
  const log = treeLog({ server: [{ name: 'p', type: 'git', after: { 'package.install': {} }, action: 'deny' }] })
  const { lists, question } = log.fold.question({ session: 'root', tool: 't', actions: [push()] }, { now: log.now, planes: noPlanes })
  expect(decide(lists.map((each) => ({ ...each, state: [] })), question)).toMatchObject({ verdict: 'ask', rules: [{ unknown: true }] })
  expect(decide(lists, question).verdict).toBe('allow')
})

it('waits only where an open reservation is in the way of some action', () => {
  const log = treeLog({ server: [{ name: 'c', type: 'cost', value: 10, count_reserved: true, action: 'deny' }] })
  log.emit('money.reserved', { reservation: 'r', model: 'm', microUsd: 9e6 })
  const call = { kind: 'model.call', model: 'm', estCost: 2e6, estTokens: { input: 1, output: 1 }, outbound: true } as const
  expect([log.ask([call]).wait, log.ask([exec('ls')]).wait, log.ask([call, exec('ls')]).wait, log.ask([{ ...call, estCost: 1e6 }]).wait]).toEqual([true, false, true, false])
})

it('takes a call without actions for one of which nothing is known', () => {
  expect(actionsOf('magic', [])).toEqual([{ kind: 'other', tool: 'magic', outbound: 'unknown' }])
  expect(actionsOf('magic', [push()])).toEqual([push()])
  expect(ask([{ name: 't', type: 'tool', match: { outbound: true }, action: 'deny' }]).verdict).toBe('ask')
})

describe('an approval', () => {
  it('is given where a grant answers: the rule is named with it, and asks no more', () => {
    const log = treeLog({ server: [on('ask'), on('warn')] })
    const hash = log.ask([push()]).rules[0]?.hash ?? ''
    log.emit('grant.made', { grant: 'g', rule: 'server/ask', hash, kind: 'git.push', pattern: { ref: 'main' }, remember: 'session' } as never)
    expect(log.ask([push()])).toMatchObject({ verdict: 'warn', rules: [{ rule: 'server/warn' }, { rule: 'server/ask', verdict: 'allow', grant: 'g' }] })
    expect(log.ask([push({ ref: 'dev' })]).verdict).toBe('ask')
    log.emit('grant.revoked', { grant: 'g' })
    expect(log.ask([push()]).verdict).toBe('ask')
  })
  it('lifts no denial', () => {
    const log = treeLog({ server: [on('deny')] })
    log.emit('grant.made', { grant: 'g', rule: 'server/deny', hash: log.ask([push()]).rules[0]?.hash ?? '', kind: 'git.push', pattern: {}, remember: 'session' } as never)
    expect(log.ask([push()]).verdict).toBe('deny')
  })
})

it('leaves out actions that it has no rule for', () => {
  expect(ask([{ name: 'i', type: 'package', action: 'ask' }], install('a'), read('b'), write('c')).rules).toMatchObject([{ actions: [0] }])
})
