import { describe, expect, it } from 'vitest'
import { exec, install, opaque, push, read, treeLog, type TreeLog, write } from '../../../test/policy/tree-log.ts'
import type { Action } from '../../spec/actions.ts'
import type { Policy } from '../../spec/policy/policy-schema.ts'

const pushAfter = (after: unknown, more: Partial<Policy> = {}): Policy => ({ name: 'p', type: 'git', match: { verb: 'push' }, after: after as NonNullable<Policy['after']>, action: 'deny', ...more })
const commitNeeds = (after: unknown, more: Partial<Policy> = {}): Policy => ({ name: 'p', type: 'require', match: { subject: 'git.commit' }, after: after as NonNullable<Policy['after']>, action: 'deny', ...more })
const commit: Action = { kind: 'git.commit', outbound: false }

/** The verdict on `next` after what `play` did. */
function verdictAfter(policy: Policy, next: Action | readonly Action[], play: (log: TreeLog) => void, lane = 'root'): string {
  const log = treeLog({ server: [policy] })
  log.open('child', 'root', 'helper', [])
  play(log)
  return log.ask([next].flat(), lane).verdict
}

describe('something that must not have happened', () => {
  const policy = pushAfter({ 'package.install': { names: 'left' } })
  it('holds from when it did', () => {
    expect(verdictAfter(policy, push(), () => undefined)).toBe('allow')
    expect(verdictAfter(policy, push(), (log) => log.call([install('right')]))).toBe('allow')
    expect(verdictAfter(policy, push(), (log) => log.call([install('left')]))).toBe('deny')
    expect(verdictAfter(policy, push(), (log) => log.call([exec('ls'), install('left')]))).toBe('deny')
  })
  it('has not when it was refused, or only asked for', () => {
    const asks: Policy = { name: 'a', type: 'package', action: 'ask' }
    const log = treeLog({ server: [policy, asks] })
    log.call([install('left')], { approve: false })
    expect(log.ask([push()]).verdict).toBe('allow')
  })
  it('may have, in a line that cannot be read', () => {
    expect(verdictAfter(policy, push(), (log) => log.call([opaque('$X')]))).toBe('deny')
    expect(verdictAfter(pushAfter({ 'git.commit': {} }), push(), (log) => log.call([opaque('$X')]))).toBe('deny')
    expect(verdictAfter(pushAfter({ git: { verb: 'commit' } }), push(), (log) => log.call([opaque('$X')]))).toBe('deny')
    // Files are seen to change, requests pass the gateway.
    expect(verdictAfter(pushAfter({ 'file.write': {} }), push(), (log) => log.call([opaque('$X')]))).toBe('allow')
    expect(verdictAfter(pushAfter({ 'net.request': {} }), push(), (log) => log.call([opaque('$X')]))).toBe('allow')
    expect(verdictAfter(policy, push(), (log) => log.call([exec('x', { opaque: [] })]))).toBe('allow')
    expect(verdictAfter(policy, push(), (log) => log.call([read('a')]))).toBe('allow')
  })
  it('happens by a file that is seen to have changed', () => {
    expect(verdictAfter(pushAfter({ 'file.write': { path: 'src/**' } }), push(), (log) => log.call([exec('make')], { files: [{ path: '/home/ann/app/src/a', kind: 'modified' }] }))).toBe('deny')
    expect(verdictAfter(pushAfter({ 'file.write': { path: 'src/**' } }), push(), (log) => log.call([exec('make')], { files: [{ path: '/home/ann/app/lib/a', kind: 'modified' }] }))).toBe('allow')
  })
  it('is one of several, each of which will do, with the events that say so', () => {
    const either = pushAfter([{ 'package.install': {} }, { 'file.write': { path: 'src/**' } }])
    expect(verdictAfter(either, push(), (log) => log.call([write('src/a')]))).toBe('deny')
    expect(verdictAfter(either, push(), (log) => log.call([write('lib/a')]))).toBe('allow')
    const log = treeLog({ server: [either] })
    log.call([write('src/a')])
    log.call([install('a')])
    const because = log.ask([push()]).rules[0]?.because ?? []
    expect(because.map((seq) => log.events[seq - 1]?.type)).toEqual(['tool.released', 'tool.released'])
  })
  it('is taken back by what clears it, until it happens again', () => {
    const cleared = pushAfter({ 'package.install': {}, cleared_by: { exec: { argv: 'npm audit' } } })
    expect(verdictAfter(cleared, push(), (log) => {
      log.call([install('a')])
      log.call([exec('npm audit')])
    })).toBe('allow')
    expect(verdictAfter(cleared, push(), (log) => {
      log.call([exec('npm audit')])
      log.call([install('a')])
    })).toBe('deny')
    expect(verdictAfter(cleared, [exec('npm audit'), push()], (log) => log.call([install('a')]))).toBe('allow')
    expect(verdictAfter(cleared, [push(), exec('npm audit')], (log) => log.call([install('a')]))).toBe('deny')
    // What may have cleared it has not.
    expect(verdictAfter(cleared, push(), (log) => {
      log.call([install('a')])
      log.call([opaque('$X')])
    })).toBe('deny')
    expect(verdictAfter(pushAfter({ 'package.install': {} }, { since: { exec: { argv: 'npm audit' } } }), push(), (log) => {
      log.call([install('a')])
      log.call([exec('npm audit')])
    })).toBe('allow')
  })
  it('is not cleared by a yes that was not followed, nor by a yes to another rule', () => {
    const policies: readonly Policy[] = [pushAfter({ 'package.install': {}, cleared_by: 'approval' }, { action: 'ask' }), { name: 'other', type: 'exec', match: { argv: 'ls' }, action: 'ask' }]
    const log = treeLog({ server: policies })
    log.call([install('a')])
    log.call([exec('ls')])
    expect(log.ask([push()]).verdict).toBe('ask')
    log.call([push()], { approve: false })
    expect(log.ask([push()]).verdict).toBe('ask')
    log.call([exec('ls'), push()])
    expect(log.ask([push()]).verdict).toBe('allow')
  })
  it('names in its reasons the event that last made it so, and none for what this call does itself', () => {
    const reasons = (play: (log: TreeLog) => void, ...next: Action[]) => {
      const log = treeLog({ server: [policy] })
      play(log)
      return (log.ask(next).rules[0]?.because ?? []).map((seq) => log.events[seq - 1]?.type)
    }
    expect([reasons((log) => log.call([install('left')]), push()), reasons(() => undefined, install('left'), push()), reasons((log) => log.call([install('left')]), install('left'), push())]).toEqual([['tool.released'], [], ['tool.released']])
  })
  it('is nothing that a command does not do, however little of its line can be read', () => {
    expect(verdictAfter(pushAfter({ 'policy.change': {} }), push(), (log) => log.call([opaque('$X')]))).toBe('allow')
    expect(verdictAfter(pushAfter({ 'mcp.call': {} }), push(), (log) => log.call([opaque('$X')]))).toBe('allow')
    expect(verdictAfter(pushAfter({ exec: { argv: 'npm test' } }), push(), (log) => log.call([opaque('$X')]))).toBe('deny')
  })
  it('happens in its scope', () => {
    const play = (log: TreeLog) => void log.call([install('left')], { lane: 'child' })
    expect([verdictAfter(policy, push(), play), verdictAfter({ ...policy, scope: 'session' }, push(), play), verdictAfter({ ...policy, scope: 'session' }, push(), play, 'child')]).toEqual(['deny', 'allow', 'deny'])
    expect(verdictAfter({ ...policy, scope: 'turn' }, push(), (log) => {
      log.call([install('left')])
      log.emit('turn.ended', { outcome: 'completed' } as never)
    })).toBe('allow')
  })
  it('counts as recent within a time', () => {
    const recent = pushAfter({ 'package.install': {} }, { within: '1m' })
    const waited = (ms: number) => verdictAfter(recent, push(), (log) => {
      log.call([install('a')])
      log.pass(ms)
    })
    expect([waited(60_000), waited(60_001)]).toEqual(['deny', 'allow'])
  })
  it('counts as recent within a number of calls, the one that is decided counted in', () => {
    const recent = pushAfter({ 'package.install': {} }, { within: '3 calls' })
    const later = (count: number) => verdictAfter(recent, push(), (log) => {
      log.call([install('a')])
      for (let index = 0; index < count; index += 1) log.call([exec(`echo ${index}`)])
    })
    expect([later(0), later(2), later(3)]).toEqual(['deny', 'deny', 'allow'])
  })
})

describe('something that must have happened', () => {
  const passed = commitNeeds({ exec: { argv: 'npm test', exit: 0 } })
  it('counts with its result only, and not where it was refused', () => {
    expect(verdictAfter(passed, commit, () => undefined)).toBe('deny')
    expect(verdictAfter(passed, commit, (log) => log.call([exec('npm test')]))).toBe('allow')
    expect(verdictAfter(passed, commit, (log) => log.call([exec('npm test')], { exitCode: 2 }))).toBe('deny')
    expect(verdictAfter(passed, [exec('npm test'), commit], () => undefined)).toBe('deny')
    const log = treeLog({ server: [commitNeeds({ exec: { argv: 'npm test', failed: true } }), { name: 'no', type: 'exec', match: { argv: 'npm test' }, action: 'deny' }] })
    log.call([exec('npm test')])
    expect(log.ask([commit]).verdict).toBe('deny')
  })
  it.each<[unknown, number, string]>([
    [{ exit: { ne: 0 } }, 1, 'allow'], [{ exit: { ne: 0 } }, 0, 'deny'], [{ exit: { eq: 3 } }, 3, 'allow'], [{ exit: { eq: 3 } }, 4, 'deny'], [{ exit: 3 }, 3, 'allow'], [{ exit: { eq: 3, ne: 3 } }, 3, 'deny'],
    [{ failed: true }, 1, 'allow'], [{ failed: true }, 0, 'deny'], [{ failed: false }, 0, 'allow'], [{ failed: false }, 1, 'deny'], [{ failed: false, exit: 0 }, 0, 'allow'], [{ failed: true, exit: 0 }, 0, 'deny'],
  ])('%j of a command that ends with %i: %s', (result, exitCode, verdict) => {
    expect(verdictAfter(commitNeeds({ exec: { argv: 'npm test', ...result as object } }), commit, (log) => log.call([exec('npm test')], { exitCode }))).toBe(verdict)
  })
  it('is not known of one command among several, where the exit code may be another’s', () => {
    expect(verdictAfter(passed, commit, (log) => log.call([exec('npm test'), exec('true')]))).toBe('deny')
    expect(verdictAfter(passed, commit, (log) => log.call([exec('cd app'), exec('npm test')]))).toBe('allow')
    expect(verdictAfter(passed, commit, (log) => log.call([exec('npm test'), write('log')]))).toBe('allow')
    // A restriction on the same fact holds in doubt.
    expect(verdictAfter(pushAfter({ exec: { argv: 'npm test', exit: { ne: 0 } } }), push(), (log) => log.call([exec('npm test'), exec('true')]))).toBe('deny')
    expect(verdictAfter(pushAfter({ exec: { argv: 'npm test', failed: true } }), push(), (log) => log.call([exec('npm test'), exec('true')]))).toBe('deny')
    expect(verdictAfter(pushAfter({ exec: { argv: 'npm test', failed: true } }), push(), (log) => log.call([exec('ls'), exec('true')]))).toBe('allow')
    expect(verdictAfter(pushAfter({ 'file.write': { path: 'a', failed: true } }), push(), (log) => log.call([write('a'), exec('x'), exec('y')]))).toBe('allow')
  })
  it('may have had any result where the call was lost, and had a good one where none is told', () => {
    const ends = (policy: Policy, data: object, next: Action) => verdictAfter(policy, next, (log) => {
      log.emit('tool.proposed', { call: 'x', tool: 't', title: '', input: { text: '' }, actions: [exec('npm test')], gated: true })
      log.emit('tool.released', { call: 'x' })
      log.emit('tool.completed', { call: 'x', output: { text: '' }, ...data } as never)
    })
    expect([ends(passed, { outcome: 'ok' }, commit), ends(passed, { outcome: 'unknown' }, commit), ends(passed, { outcome: 'failed' }, commit), ends(passed, { outcome: 'failed', exitCode: 0 }, commit)]).toEqual(['allow', 'deny', 'deny', 'allow'])
    const failedBefore = pushAfter({ exec: { argv: 'npm test', failed: true } })
    expect([ends(failedBefore, { outcome: 'ok' }, push()), ends(failedBefore, { outcome: 'unknown' }, push()), ends(failedBefore, { outcome: 'failed' }, push()), ends(failedBefore, { outcome: 'ok', exitCode: 1 }, push())]).toEqual(['allow', 'deny', 'deny', 'deny'])
  })
  it('is all of several', () => {
    const both = commitNeeds([{ exec: { argv: 'npm test' } }, { exec: { argv: 'npm run lint' } }])
    expect(verdictAfter(both, commit, (log) => log.call([exec('npm test')]))).toBe('deny')
    expect(verdictAfter(both, commit, (log) => log.call([exec('npm test'), exec('npm run lint')]))).toBe('allow')
  })
  it('is taken back also by what may have done so, and does not happen in doubt', () => {
    const since = commitNeeds({ exec: { argv: 'npm test' }, since: { 'package.install': {} } })
    expect(verdictAfter(since, commit, (log) => log.call([exec('npm test')]))).toBe('allow')
    expect(verdictAfter(since, commit, (log) => {
      log.call([exec('npm test')])
      log.call([opaque('$X')])
    })).toBe('deny')
    expect(verdictAfter(since, [install('a'), commit], (log) => log.call([exec('npm test')]))).toBe('deny')
    expect(verdictAfter(commitNeeds({ exec: { argv: 'npm test' } }), commit, (log) => log.call([opaque('$X')]))).toBe('deny')
  })
})
