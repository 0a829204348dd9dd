import { expect, it } from 'vitest'
import { startListsOfLog } from '../../src/policy/lists-of-log.ts'
import { joinReports, type PolicyChange, startReplay } from '../../src/policy/replay.ts'
import type { EventData } from '../../src/spec/events/session-event.ts'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import { exec, install, push, treeLog, type TreeLog } from './tree-log.ts'

const pushAsks: Policy = { name: 'push', type: 'git', match: { verb: 'push' }, action: 'ask' }
const noPush: Policy = { name: 'no-push', type: 'git', match: { verb: 'push' }, action: 'deny', message: 'Never.' }
const none = { count: 0, first: [] }

/** A log whose server policies stand in it, as the engine writes them. */
function logOf(server: readonly Policy[], play: (log: TreeLog) => void): TreeLog {
  const log = treeLog({ server })
  log.emit('policy.changed', { level: 'server', hash: '', policies: server as never }, 'root', undefined)
  play(log)
  return log
}
function replay(log: TreeLog, policies: readonly Policy[], { level = 'server', how = 'add', tree }: Partial<PolicyChange> & { tree?: string } = {}) {
  const named = startListsOfLog()
  for (const event of log.events) named.take(event)
  const again = startReplay({ change: { level, policies, how }, known: named.lists, ...(tree === undefined ? {} : { tree }) })
  for (const event of log.events) again.take(event)
  return again.report()
}

it('finds nothing where nothing changes', () => {
  const log = logOf([pushAsks], (each) => {
    each.call([exec('ls')])
    each.call([push()])
  })
  expect(replay(log, [])).toEqual({ events: log.events.length, calls: 2, drifted: 0, differences: { blocked: none, asked: none, letThrough: none, warned: none } })
})

it('says what would have been blocked, asked, warned of and let through, with the rules', () => {
  const log = logOf([pushAsks], (each) => {
    each.call([exec('ls')])
    each.call([push()])
    each.call([install('a')])
  })
  expect(replay(log, [noPush, { name: 'i', type: 'package', action: 'ask' }, { name: 'w', type: 'exec', action: 'warn' }]).differences).toMatchObject({
    blocked: { count: 1, first: [{ session: 'root', call: 'c2', before: 'ask', after: 'deny', rules: [{ rule: 'server/no-push', message: 'Never.' }] }] },
    asked: { count: 1, first: [{ call: 'c3', before: 'allow', after: 'ask', rules: [{ rule: 'server/i' }] }] },
    warned: { count: 1, first: [{ call: 'c1' }] }, letThrough: none,
  })
  expect(replay(log, [], { how: 'replace' }).differences).toMatchObject({ letThrough: { count: 1, first: [{ call: 'c2', before: 'ask', after: 'allow', rules: [{ rule: 'server/push' }] }] }, blocked: none })
})

it('puts a policy in the place of one of the same name, and permissions beside the defaults of their level', () => {
  const log = logOf([{ ...pushAsks, action: 'deny' }, { name: 'd', type: 'exec', default: 'deny' }], (each) => {
    each.call([push()])
    each.call([exec('ls')])
  })
  expect(replay(log, [{ ...pushAsks, action: 'allow' }, { name: 'ls', type: 'exec', match: { argv: 'ls' }, action: 'allow' }]).differences.letThrough.count).toBe(2)
})

it('lets new rules see all of the log, and takes a person to have said yes to what ran', () => {
  const log = logOf([], (each) => {
    each.call([install('a')])
    each.spend(150)
    for (let count = 0; count < 5; count += 1) each.call([push()])
  })
  const once: Policy = { name: 'after', type: 'git', match: { verb: 'push' }, after: { 'package.install': {}, cleared_by: 'approval' }, action: 'ask' }
  expect(replay(log, [once]).differences.asked).toMatchObject({ count: 1, first: [{ call: 'c2' }] })
  expect(replay(log, [{ name: 'every', type: 'cost', every: 100, action: 'ask' }]).differences.asked.count).toBe(1)
  expect(replay(log, [{ name: 'warn', type: 'cost', value: 100, action: 'warn' }]).differences.warned.count).toBe(1)
})

it('tries the policies of an agent or a session as well', () => {
  const log = logOf([], (each) => void each.call([push()]))
  for (const level of ['agent', 'session'] as const) expect(replay(log, [noPush], { level }).differences.blocked).toMatchObject({ count: 1, first: [{ rules: [{ rule: `${level}/no-push` }] }] })
})

it('goes by the recorded moment and by nothing else', () => {
  const log = logOf([], (each) => void each.call([exec('ls')]))
  const index = log.events.findIndex(({ type }) => type === 'policy.decided')
  const event = log.events[index]
  const night = Date.UTC(2026, 10, 25, 3)
  if (event?.type === 'policy.decided') log.events[index] = { ...event, data: { ...event.data, inputs: { now: night, planes: { wire: false, kernel: false, restore: false } } } satisfies EventData<'policy.decided'> }
  const window: Policy = { name: 'night', type: 'time', match: { subject: 'exec', window: { tz: 'UTC', from: '02:00', to: '04:00' } }, action: 'deny' }
  expect(replay(log, [window]).differences.blocked.count).toBe(1)
})

it('counts a fork’s own calls only, and calls that another version decided', () => {
  const log = logOf([], (each) => void each.call([push()]))
  expect(replay(log, [noPush], { tree: 'other' })).toMatchObject({ calls: 0, differences: { blocked: none } })
  const index = log.events.findIndex(({ type }) => type === 'policy.decided')
  const event = log.events[index]
  if (event?.type === 'policy.decided') log.events[index] = { ...event, data: { ...event.data, verdict: 'deny' } }
  expect(replay(log, [])).toMatchObject({ calls: 1, drifted: 1 })
})

it('shows the first twenty of each kind, also over several logs', () => {
  const log = logOf([], (each) => {
    for (let count = 0; count < 25; count += 1) each.call([push()])
  })
  const report = replay(log, [noPush])
  expect([report.differences.blocked.count, report.differences.blocked.first.length]).toEqual([25, 20])
  const both = joinReports([report, report])
  expect([both.calls, both.differences.blocked.count, both.differences.blocked.first.length]).toEqual([50, 50, 20])
})

it('keeps what the engine itself forbade, whatever policies say', () => {
  const log = logOf([], (each) => void each.call([push()]))
  const index = log.events.findIndex(({ type }) => type === 'policy.decided')
  const event = log.events[index]
  if (event?.type === 'policy.decided') log.events[index] = { ...event, data: { ...event.data, verdict: 'deny', rules: [{ rule: 'engine/plan-mode', verdict: 'deny' }] } }
  expect(replay(log, [{ ...noPush, action: 'ask' }])).toMatchObject({ calls: 1, drifted: 0, differences: { asked: none, blocked: none } })
})

it('goes by the server’s policies that the log named last, and by those of the session that acts', () => {
  const log = logOf([], (each) => {
    each.emit('policy.changed', { level: 'server', hash: '', policies: [noPush] as never }, 'root', undefined)
    each.emit('policy.changed', { level: 'session', hash: '', policies: [{ ...noPush, name: 'of-session' }] as never }, 'child', undefined)
  })
  log.emit('tool.proposed', { call: 'x', tool: 't', title: 'Push', input: { text: '' }, actions: [push()], gated: true })
  log.emit('policy.decided', { call: 'x', verdict: 'deny', rules: [], digest: '', policyHash: '', inputs: {} })
  expect(replay(log, [])).toMatchObject({ calls: 1, drifted: 0 })
  expect(replay(log, [], { how: 'replace' }).differences.letThrough).toMatchObject({ count: 1, first: [{ title: 'Push', before: 'deny', after: 'allow', rules: [{ rule: 'server/no-push', message: 'Never.' }] }] })
  // The change is of a level that the acting session has no list of: it is tried all the same.
  expect(replay(log, [{ ...noPush, name: 'more' }], { level: 'session', how: 'replace' }).differences).toMatchObject({ blocked: none, letThrough: none })
})

it('tells a warning from a call let through', () => {
  const log = logOf([{ name: 'w', type: 'exec', action: 'warn' }], (each) => {
    each.call([exec('ls')])
    each.call([push()])
  })
  expect(replay(log, [], { how: 'replace' }).differences).toMatchObject({ warned: { count: 1, first: [{ before: 'warn', after: 'allow', rules: [{ rule: 'server/w' }] }] }, letThrough: none })
})

it('knows nothing of a decision whose call the log does not show, and says no yes twice', () => {
  const log = logOf([], () => undefined)
  log.emit('policy.decided', { call: 'lost', verdict: 'allow', rules: [], digest: '', policyHash: '', inputs: {} })
  log.emit('tool.released', { call: 'lost' })
  expect(replay(log, [noPush])).toMatchObject({ calls: 0, drifted: 0 })
  const once: Policy = { name: 'every', type: 'cost', every: 100, action: 'ask' }
  const spent = logOf([], (each) => {
    each.spend(150)
    each.call([exec('a')])
    each.emit('tool.released', { call: 'c1' })
    each.spend(100)
    each.call([exec('b')])
    each.call([exec('c')])
  })
  expect(replay(spent, [once]).differences.asked).toMatchObject({ count: 2, first: [{ call: 'c1' }, { call: 'c2' }] })
})

it('does not take a person to have said yes to what did not run', () => {
  const log = logOf([], (each) => {
    each.spend(150)
    each.emit('tool.proposed', { call: 'x', tool: 't', title: '', input: { text: '' }, actions: [exec('a')], gated: true })
    each.emit('policy.decided', { call: 'x', verdict: 'allow', rules: [], digest: '', policyHash: '', inputs: {} })
    each.emit('tool.completed', { call: 'x', outcome: 'denied', output: { text: '' } })
    each.call([exec('b')])
  })
  expect(replay(log, [{ name: 'every', type: 'cost', every: 100, action: 'ask' }]).differences.asked).toMatchObject({ count: 2, first: [{ call: 'x' }, { call: 'c1' }] })
})

it('adds up several logs, each kind by itself', () => {
  const one = replay(logOf([pushAsks], (each) => {
    each.call([push()])
    each.call([exec('ls')])
    each.call([install('a')])
  }), [noPush, { name: 'i', type: 'package', action: 'ask' }, { name: 'w', type: 'exec', action: 'warn' }])
  const other = replay(logOf([pushAsks], (each) => void each.call([push()])), [], { how: 'replace' })
  const both = joinReports([one, other, { ...other, drifted: 3 }])
  expect([both.events, both.calls, both.drifted]).toEqual([one.events + 2 * other.events, 5, 3])
  expect(Object.entries(both.differences).map(([kind, { count, first }]) => [kind, count, first.length])).toEqual([['blocked', 1, 1], ['asked', 1, 1], ['letThrough', 2, 2], ['warned', 1, 1]])
})
