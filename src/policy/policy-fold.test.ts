import { describe, expect, it } from 'vitest'
import { exec, install, noPlanes, push, read, request, treeLog, type TreeLog, workspace, write } from '../../test/policy/tree-log.ts'
import type { Policy } from '../spec/policy/policy-schema.ts'
import { compilePolicies, emptyList } from './compile-policies.ts'
import { readPolicies, startPolicyFold } from './policy-fold.ts'

const noPush: Policy = { name: 'push', type: 'git', match: { verb: 'push' }, action: 'deny' }
const askPush: Policy = { ...noPush, name: 'ask-push', action: 'ask' }
const afterInstall: Policy = { ...noPush, name: 'after', after: { 'package.install': {} } }
const change = (log: TreeLog, level: string, policies: readonly unknown[], lane = 'root') => log.emit('policy.changed', { level, hash: 'x', policies } as never, lane)
const fork = (log: TreeLog, from: string, lane: string, policies: readonly unknown[] = []) => log.emit('session.forked', { agent: { name: 'coder', hash: 'h', spec: { policies } }, harness: 'scripted', workspace: { mode: 'here', path: workspace }, from: { tree: 'root', session: from, seq: 1 } } as never, lane)
const ids = (log: TreeLog, session: string) => log.fold.inForce(session).map(({ level, rules }) => `${level}:${rules.map(({ policy }) => policy.name).join(',')}`)

describe('the lists in force', () => {
  it('are a session’s own and those of the sessions that started it, then their agents’, then the server’s', () => {
    const log = treeLog({ server: [noPush], agent: [askPush], session: [afterInstall] })
    log.open('child', 'root', 'helper', [{ ...askPush, name: 'helper' }])
    log.open('grandchild', 'child', 'helper', [{ ...askPush, name: 'helper' }])
    expect(ids(log, 'root')).toEqual(['session:after', 'agent:ask-push', 'server:push'])
    expect(ids(log, 'grandchild')).toEqual(['session:after', 'agent:helper', 'agent:ask-push', 'server:push'])
    expect(ids(log, 'nobody')).toEqual(['server:push'])
    expect([log.fold.own('root')?.level, log.fold.own('child'), log.fold.server === compilePolicies('server', [noPush]).hash]).toEqual(['session', undefined, true])
  })
  it('of an agent without policies are one empty list', () => {
    const log = treeLog({})
    log.emit('session.created', { agent: { name: 'x', hash: 'h', spec: {} }, harness: 'scripted', workspace: { mode: 'here', path: workspace } } as never, 'other')
    expect(ids(log, 'other')).toEqual(['agent:', 'server:'])
  })
  it('change with the session’s own, and not with what the server’s were', () => {
    const log = treeLog({})
    change(log, 'session', [noPush])
    expect(log.ask([push()]).verdict).toBe('deny')
    change(log, 'server', [askPush])
    expect(ids(log, 'root')).toEqual(['session:push', 'agent:', 'server:'])
    change(log, 'session', [])
    expect(log.ask([push()]).verdict).toBe('allow')
  })
  it('have a hash that is another when they are, and the same when they are', () => {
    const log = treeLog({ server: [noPush] })
    const before = log.fold.hash('root')
    expect([before, log.fold.hash('root')]).toEqual([log.fold.hash('root'), before])
    change(log, 'session', [askPush])
    expect(log.fold.hash('root')).not.toBe(before)
    expect(log.fold.hash('root')).not.toBe(log.fold.hash('nobody'))
  })
  it('may be others that are named, when they know all of the log', () => {
    const [strict, mild] = [compilePolicies('server', [noPush]), compilePolicies('server', [afterInstall])]
    const fold = startPolicyFold(emptyList('server'), [strict, mild])
    const log = treeLog({})
    log.call([install('a')])
    for (const event of log.events) fold.advance(event)
    const decide = (...lists: (typeof strict)[]) => fold.decide({ session: 'root', tool: 't', actions: [push()] }, { now: 0, planes: noPlanes }, lists).verdict
    expect([decide(strict), decide(mild), decide(), fold.decide({ session: 'root', tool: 't', actions: [push()] }, { now: 0, planes: noPlanes }).verdict]).toEqual(['deny', 'deny', 'allow', 'allow'])
  })
})

describe('a list that comes into force in the middle of a log', () => {
  it('is behind until a fold that knows it has seen all of the log', () => {
    const log = treeLog({})
    log.call([install('a')])
    expect(log.fold.behind).toEqual([])
    change(log, 'session', [afterInstall])
    expect(log.fold.behind.map(({ level }) => level)).toEqual(['session'])
    expect(log.ask([push()]).rules).toMatchObject([{ verdict: 'ask', unknown: true }])
    const again = startPolicyFold(emptyList('server'), log.fold.behind)
    for (const event of log.events) again.advance(event)
    expect([again.behind, again.decide({ session: 'root', tool: 't', actions: [push()] }, { now: log.now, planes: noPlanes }).verdict]).toEqual([[], 'deny'])
  })
  it('is known to a fold that goes on from what was saved', () => {
    const log = treeLog({ session: [afterInstall] })
    log.call([install('a')])
    const on = startPolicyFold(emptyList('server'), [], log.fold.save())
    expect([on.seq, on.behind, ids({ ...log, fold: on }, 'root'), on.decide({ session: 'root', tool: 't', actions: [push()] }, { now: log.now, planes: noPlanes }).verdict]).toEqual([log.events.length, [], ['session:after', 'agent:', 'server:'], 'deny'])
    // What is saved is a copy: it does not change with the fold.
    const saved = JSON.stringify(log.fold.save())
    const copy = log.fold.save()
    log.call([exec('ls')])
    expect(JSON.stringify(copy)).toBe(saved)
    const other = startPolicyFold(emptyList('server'), [], copy)
    for (const event of log.events.slice(other.seq)) other.advance(event)
    expect(JSON.stringify(copy)).toBe(saved)
    expect(other.save()).toEqual(log.fold.save())
  })
  it('needs a new server list to have seen the log as well', () => {
    const log = treeLog({})
    const fold = startPolicyFold(compilePolicies('server', [afterInstall]), [], log.fold.save())
    expect(fold.behind.map(({ level }) => level)).toEqual(['server'])
  })
})

describe('a fork', () => {
  it('goes on under the session’s own policies, and what a person allowed there holds there', () => {
    const log = treeLog({ server: [askPush], session: [afterInstall] })
    const hash = log.ask([push()]).rules[0]?.hash ?? ''
    log.emit('grant.made', { grant: 'g', rule: 'server/ask-push', hash, kind: 'git.push', pattern: {}, remember: 'session' } as never)
    log.open('child', 'root')
    log.emit('grant.made', { grant: 'h', rule: 'server/ask-push', hash, kind: 'git.push', pattern: {}, remember: 'session' } as never, 'child')
    expect([log.fold.grants('root').map(({ id }) => id), log.fold.grants('child').map(({ id }) => id)]).toEqual([['g'], ['h']])
    fork(log, 'root', 'fork')
    expect(ids(log, 'fork')).toEqual(['session:after', 'agent:', 'server:ask-push'])
    expect([log.fold.grants('fork'), log.fold.grants('root'), log.fold.grants('child').length]).toEqual([[], [], 1])
    expect(log.ask([push()], 'fork').verdict).toBe('ask')
    fork(log, 'child', 'fork-2')
    expect(ids(log, 'fork-2')).toEqual(['agent:', 'server:ask-push'])
  })
})

describe('what is put to the rules', () => {
  it('is who acts, when, and what the server knows', () => {
    const log = treeLog({ server: [{ name: 'h', type: 'network', match: { host: '@trusted' }, action: 'deny' }, { name: 's', type: 'secret', match: { kinds: ['aws_key'] }, action: 'deny' }] })
    expect(log.ask([request('GET', 'https://a.org/')], 'root', { hostSets: { trusted: ['a.org'] }, secrets: [] }).rules.map(({ rule, verdict }) => [rule, verdict])).toEqual([['server/h', 'deny']])
    expect(log.ask([request('GET', 'https://a.org/')], 'root', { secrets: ['aws_key'] }).rules.map(({ rule, verdict }) => [rule, verdict])).toEqual([['server/s', 'deny'], ['server/h', 'ask']])
  })
  it('is of the turn that is asked for, or the last one', () => {
    const log = treeLog({ server: [{ name: 'r', type: 'rate', of: 'exec', value: 0, op: 'gt', per: 'turn', action: 'ask' }] })
    log.call([read('a')])
    const { question } = log.fold.question({ session: 'root', tool: 't', actions: [] }, { now: 5, planes: noPlanes })
    expect([question.occasion.turn, question.occasion.at, question.facts[0]?.action, question.ledger, log.fold.question({ session: 'root', tool: 't', actions: [], turn: 't9' }, { now: 5, planes: noPlanes }).question.occasion.turn]).toEqual(['t1', 5, { kind: 'other', tool: 't', outbound: 'unknown' }, {}, 't9'])
  })
  it('is of whose file it is', () => {
    const log = treeLog({})
    log.call([exec('make')], { files: [{ path: `${workspace}/a`, kind: 'created' }] })
    expect(log.fold.question({ session: 'root', tool: 't', actions: [write('a'), write('b')] }, { now: 5, planes: noPlanes }).question.facts.map(({ action }) => 'createdByAgent' in action && action.createdByAgent)).toEqual([true, false])
  })
})

describe('policies of a log', () => {
  it('are read as they were written, `shell` as `exec`', () => {
    expect(readPolicies([noPush, { ...noPush, type: 'shell', match: { argv: 'ls' } }])).toEqual([noPush, { ...noPush, type: 'exec', match: { argv: 'ls' } }])
  })
  it('that cannot be read deny everything, by their place', () => {
    const unreadable = (place: number) => ({ name: `unreadable-${place}`, type: 'tool', action: 'deny' })
    expect(readPolicies([noPush, { type: 'of-later', name: 'x' }, null, 'text', { name: 'no-type' }, { ...noPush, of_later: 1 }, 7])).toMatchObject([noPush, unreadable(2), unreadable(3), unreadable(4), unreadable(5), unreadable(6), unreadable(7)])
    const log = treeLog({})
    change(log, 'session', [{ type: 'of-later', name: 'x' }])
    expect(log.ask([read('a')]).verdict).toBe('deny')
  })
})
