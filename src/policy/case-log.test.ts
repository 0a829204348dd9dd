import { describe, expect, it } from 'vitest'
import { readLineActions } from './shell/read-line-actions.ts'
import type { Level } from '../spec/policy/words.ts'
import { startCaseLog } from './case-log.ts'
import { compilePolicies } from './compile-policies.ts'

const start = (level: Level = 'server') => startCaseLog(compilePolicies(level, [{ name: 'p', type: 'exec', match: { argv: 'asked' }, action: 'ask' }]), readLineActions)
const told = (...steps: readonly object[]) => {
  const log = start()
  for (const step of steps) log.take(step)
  // Without the session and the host, with which every log begins.
  return log.events.slice(2).map(({ type, data }) => ({ type, ...data }))
}

describe('a step of a case', () => {
  it('that did or ran something is a whole call', () => {
    expect(told({ did: { 'git.push': {} } })).toMatchObject([{ type: 'tool.proposed', title: 'git.push', gated: true }, { type: 'policy.decided', verdict: 'allow' }, { type: 'tool.released' }, { type: 'tool.completed', outcome: 'ok', exitCode: 0 }])
    expect(told({ ran: 'npm test', exit: 3 })).toMatchObject([{ title: 'npm test', actions: [{ kind: 'exec', argv: ['npm', 'test'] }] }, {}, {}, { exitCode: 3 }])
    expect(told({ ran: 'ls && cd x' })[0]).toMatchObject({ title: 'ls; cd x' })
  })
  it('that was asked about has its answer, and did nothing where that was no', () => {
    expect(told({ asked: 'asked', answered: 'allow' })).toMatchObject([{ type: 'tool.proposed' }, { type: 'policy.decided', verdict: 'ask' }, { type: 'approval.requested', rules: [{ rule: 'server/p' }] }, { type: 'approval.answered', answer: 'allow' }, { type: 'tool.released' }, { type: 'tool.completed', outcome: 'ok' }])
    expect(told({ asked: { exec: { argv: ['asked'], command: 'asked' } }, answered: 'deny' }).map(({ type }) => type)).toEqual(['tool.proposed', 'policy.decided', 'approval.requested', 'approval.answered', 'tool.completed'])
    expect(told({ asked: 'asked', answered: 'deny' }).at(-1)).toMatchObject({ outcome: 'denied' })
  })
  it('that spent money settles a call of a model', () => {
    expect(told({ spent: 1.25 }, { spent: 2, tokens: 7, model: 'm' })).toMatchObject([{ type: 'money.settled', microUsd: 1_250_000, model: 'model', usage: { input: 0 } }, { microUsd: 2_000_000, model: 'm', usage: { input: 7 } }])
  })
  it('that changed files says which, from the workspace and the home folder of the case', () => {
    const changed = (...steps: readonly object[]) => told(...steps).flatMap((event) => (event.type === 'file.changed' && 'changes' in event ? event.changes.map(({ path, kind }) => `${kind} ${path}`) : []))
    expect(changed({ changed: 'a' }, { changed: ['/b', '~/c'] })).toEqual(['modified /home/you/project/a', 'modified /b', 'modified /home/you/c'])
    expect(changed({ did: { 'file.write': { path: 'x', creates: true } } }, { did: { 'file.write': { path: 'y' } } }, { did: { 'file.write': { path: '~/z', creates: true } } })).toEqual(['created /home/you/project/x', 'created /home/you/z'])
    expect(told({ did: { 'file.write': { path: 'y' } } }).map(({ type }) => type)).not.toContain('file.changed')
  })
  it('that waits, names a time or ends a turn moves on', () => {
    const log = start()
    const before = log.inputs().now
    log.take({ waits: '5m' })
    expect(log.inputs().now - before).toBe(300_000)
    log.take({ at: '2026-11-25T22:30:00Z' })
    expect(log.inputs().now).toBe(Date.parse('2026-11-25T22:30:00Z'))
    const [first, , third] = [log.propose([], 'root').turn, log.take({ ends: 'turn' } as never), log.propose([], 'root').turn]
    expect([log.events.filter(({ type }) => type === 'turn.ended').length, first === third]).toEqual([1, false])
  })
})

it('begins with the session and the host, a Monday at noon; a session that is named is a sub-agent of that name', () => {
  const log = start()
  expect(new Date(log.inputs().now).toISOString()).toBe('2026-01-05T12:00:00.000Z')
  log.propose([], 'helper')
  log.propose([], 'helper')
  expect(log.events.map(({ type, session, seq }) => `${seq} ${type} ${session}`)).toEqual(['1 session.created root', '2 host.attached root', '3 session.created helper', '4 tool.proposed helper', '5 tool.proposed helper'])
  expect(log.events[2]?.data).toMatchObject({ parent: 'root', agent: { name: 'helper' } })
  expect(log.events[0]?.data).toMatchObject({ agent: { name: 'agent', spec: { policies: [] } } })
  expect(log.events[0]?.data).not.toHaveProperty('parent')
  expect(log.events.slice(3).map(({ data }) => ('call' in data ? data.call : ''))).toEqual(['call 1', 'call 2'])
})

it('has its list in force at the list’s level only', () => {
  for (const level of ['server', 'agent', 'session'] as const) expect([level, start(level).fold.inForce('root').filter(({ rules }) => rules.length > 0).map((list) => list.level)]).toEqual([level, [level]])
})
