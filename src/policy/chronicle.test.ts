import { describe, expect, it } from 'vitest'
import { exec, home, push, remove, treeLog, type TreeLog, workspace, write } from '../../test/policy/tree-log.ts'
import type { Action } from '../spec/actions.ts'
import { actorOf, emptyChronicle, lineage, readHappenings, withOwner } from './chronicle.ts'
import type { Happening } from './happening.ts'

/** All that a log means for policies, and what is kept of it. */
function read(play: (log: TreeLog) => void) {
  const log = treeLog({})
  play(log)
  const chronicle = emptyChronicle()
  const happenings = log.events.flatMap((event) => readHappenings(chronicle, event))
  const rulesOf = (type: 'approved' | 'followed') => happenings.flatMap((each) => ((each.type === 'approved' || each.type === 'followed') && each.type === type ? [each.rules.map(({ rule }) => rule)] : []))
  return { happenings, chronicle, rulesOf, of: (type: Happening['type']) => happenings.filter((each) => each.type === type) }
}
const propose = (log: TreeLog, call: string, ...actions: Action[]) => log.emit('tool.proposed', { call, tool: 't', title: '', input: { text: '' }, actions, gated: true })
const complete = (log: TreeLog, call: string, outcome: 'ok' | 'denied' = 'ok') => log.emit('tool.completed', { call, outcome, output: { text: '' } })
const change = (log: TreeLog, call: string | undefined, ...changes: { path: string; kind: 'created' | 'modified' | 'deleted'; bytes?: number }[]) => log.emit('file.changed', { ...(call === undefined ? {} : { call }), changes })
const card = (log: TreeLog, call: string, rules: readonly object[] = [{ rule: 'server/a', verdict: 'ask' }, { rule: 'server/b', verdict: 'warn' }]) => log.emit('approval.requested', { approval: `for ${call}`, call, digest: '', title: '', rules } as never)

describe('who acts', () => {
  it('is the session with its agent, in its workspace, as deep as it was started', () => {
    const { chronicle } = read((log) => {
      log.open('child', 'root', 'helper')
      log.open('grandchild', 'child', 'mate')
    })
    expect(actorOf(chronicle, 'root')).toEqual({ session: 'root', agent: 'coder', harness: 'scripted', depth: 0, workspace, home })
    expect(actorOf(chronicle, 'grandchild')).toMatchObject({ agent: 'mate', depth: 2, parent: 'child', home })
    expect(lineage(chronicle, 'grandchild')).toEqual(['grandchild', 'child', 'root'])
    expect(actorOf(chronicle, 'nobody')).toMatchObject({ session: 'nobody', agent: '', depth: 0 })
  })
  it('goes on with another harness, home and workspace when it is told', () => {
    const { chronicle, happenings } = read((log) => {
      log.emit('harness.switched', { harness: 'omni' } as never)
      log.emit('box.attested', { workspace: '/srv/w' } as never)
      log.emit('host.attached', { host: 'h', epoch: 'e', name: 'n', home: '/root' })
      log.emit('host.attached', { host: 'h', epoch: 'e', name: 'n' })
      log.emit('box.attested', {} as never)
    })
    expect(actorOf(chronicle, 'root')).toMatchObject({ agent: 'coder', harness: 'omni', workspace: '/srv/w', home: '/root' })
    expect(happenings).toEqual([])
  })
})

describe('a call', () => {
  it('is attempted, decided, executed, and has a result; each names its event and turn', () => {
    const { happenings } = read((log) => void log.call([push()], { exitCode: 3 }))
    expect(happenings.map(({ type, turn }) => [type, turn])).toEqual([['attempted', 't1'], ['decided', 't1'], ['executed', 't1'], ['result', 't1']])
    expect(happenings.at(-1)).toMatchObject({ call: 'c1', actions: [push()], outcome: 'ok', exitCode: 3, seq: 6 })
  })
  it('of whose proposal nothing is known does nothing that has a name', () => {
    const { of } = read((log) => {
      log.emit('tool.released', { call: 'x' })
      complete(log, 'x')
    })
    expect([of('executed'), of('result')]).toMatchObject([[{ actions: [] }], [{ actions: [] }]])
  })
  it('is of its session: the same name elsewhere is another', () => {
    const { of } = read((log) => {
      log.open('child', 'root')
      propose(log, 'x', push())
      log.emit('tool.released', { call: 'x' }, 'child')
    })
    expect(of('executed')).toMatchObject([{ actions: [], actor: { session: 'child' } }])
  })
})

describe('a card', () => {
  it('that is answered yes approves the rules that asked, and what was done then follows it', () => {
    const { rulesOf } = read((log) => {
      propose(log, 'x', push())
      card(log, 'x')
      log.emit('approval.answered', { approval: 'for x', answer: 'allow' })
      log.emit('tool.released', { call: 'x' })
      complete(log, 'x')
    })
    expect([rulesOf('approved'), rulesOf('followed')]).toEqual([[['server/a']], [['server/a']]])
  })
  it('is answered once', () => {
    const { rulesOf } = read((log) => {
      propose(log, 'x', push())
      card(log, 'x')
      log.emit('approval.answered', { approval: 'for x', answer: 'allow' })
      log.emit('approval.answered', { approval: 'for x', answer: 'allow' })
    })
    expect(rulesOf('approved')).toEqual([['server/a'], []])
  })
  it('that is refused or runs out approves nothing', () => {
    const { of } = read((log) => {
      for (const [call, type, data] of [['x', 'approval.answered', { answer: 'deny' }], ['y', 'approval.expired', {}]] as const) {
        propose(log, call, push())
        card(log, call)
        log.emit(type, { approval: `for ${call}`, ...data } as never)
        complete(log, call, 'denied')
      }
    })
    expect([of('approved'), of('followed'), of('result').length]).toEqual([[], [], 2])
  })
  it('that is allowed and then denied all the same was not followed', () => {
    const { of } = read((log) => {
      propose(log, 'x', push())
      card(log, 'x')
      log.emit('approval.answered', { approval: 'for x', answer: 'allow' })
      complete(log, 'x', 'denied')
    })
    expect([of('approved').length, of('followed').length]).toEqual([1, 0])
  })
})

describe('files', () => {
  it('are the agent’s own when it made them, until they are gone', () => {
    const own = (play: (log: TreeLog) => void, action: Action = write('a')) => {
      const { chronicle } = read(play)
      return (withOwner(chronicle, actorOf(chronicle, 'root'), action) as { createdByAgent?: boolean }).createdByAgent
    }
    const made = (log: TreeLog) => {
      propose(log, 'x', exec('make'))
      change(log, 'x', { path: `${workspace}/a`, kind: 'created' })
    }
    expect([own(() => undefined), own(made), own(made, remove(`${workspace}/b/../a`)), own(made, write('b')), own(() => undefined, write('b', { creates: true })), own(() => undefined, write('b', { createdByAgent: true }))]).toEqual([false, true, true, false, true, false])
    expect(own((log) => {
      made(log)
      change(log, 'x', { path: `${workspace}/a`, kind: 'deleted' })
    })).toBe(false)
    // Somebody else made it between two calls.
    expect(own((log) => void change(log, undefined, { path: `${workspace}/a`, kind: 'created' }))).toBe(false)
    expect(own((log) => {
      propose(log, 'x', exec('make'))
      change(log, 'x', { path: `${workspace}/a`, kind: 'modified' })
    })).toBe(false)
  })
  it('that only are read, and commands, have no owner', () => {
    const chronicle = emptyChronicle()
    expect(withOwner(chronicle, actorOf(chronicle, 'root'), exec('ls'))).toEqual(exec('ls'))
  })
  it('that no action of the call names are seen to have changed', () => {
    const { of } = read((log) => {
      propose(log, 'x', exec('make'), write('named.ts'), remove('gone.ts'))
      change(log, 'x', { path: `${workspace}/named.ts`, kind: 'modified' }, { path: `${workspace}/gone.ts`, kind: 'deleted' }, { path: `${workspace}/new.ts`, kind: 'created', bytes: 7 }, { path: `${workspace}/old.ts`, kind: 'deleted' }, { path: 'other.ts', kind: 'modified' })
    })
    expect(of('changed')).toHaveLength(1)
    expect(of('changed').map((each) => 'actions' in each && each.actions)).toEqual([[
      { kind: 'file.write', path: `${workspace}/new.ts`, createdByAgent: true, observed: true, outbound: false, bytes: 7 },
      { kind: 'file.delete', path: `${workspace}/old.ts`, createdByAgent: false, observed: true, outbound: false },
      { kind: 'file.write', path: `${workspace}/other.ts`, createdByAgent: false, observed: true, outbound: false },
    ]])
  })
  it('that the agent made are its own also when a command changes or removes them', () => {
    const { of } = read((log) => {
      propose(log, 'x', exec('make'))
      change(log, 'x', { path: `${workspace}/a`, kind: 'created' }, { path: `${workspace}/b`, kind: 'created' })
      change(log, 'x', { path: `${workspace}/a`, kind: 'modified' }, { path: `${workspace}/b`, kind: 'deleted' }, { path: `${workspace}/c`, kind: 'modified' })
    })
    expect(of('changed').flatMap((each) => ('actions' in each ? each.actions.map((action) => 'createdByAgent' in action && action.createdByAgent) : []))).toEqual([true, true, true, true, false])
  })
  it('that changed between calls, or that all were named, are nobody’s deed', () => {
    expect(read((log) => void change(log, undefined, { path: `${workspace}/a`, kind: 'modified' })).of('changed')).toEqual([])
    expect(read((log) => {
      propose(log, 'x', write('a'))
      change(log, 'x', { path: `${workspace}/a`, kind: 'modified' })
    }).of('changed')).toEqual([])
  })
  it('may be told of soon after the result, and not long after it', () => {
    const changes = (later: number) => read((log) => {
      propose(log, 'x', write('a'))
      complete(log, 'x')
      for (let index = 0; index < later; index += 1) {
        propose(log, `y${index}`, exec('ls'))
        complete(log, `y${index}`)
      }
      change(log, 'x', { path: `${workspace}/a`, kind: 'modified' })
    })
    expect([changes(31).of('changed').length, changes(32).of('changed').length]).toEqual([0, 1])
    expect(Object.keys(changes(100).chronicle.calls)).toHaveLength(32)
  })
})

describe('money', () => {
  it('is settled, and ends its reservation; a reservation ends once', () => {
    const { happenings } = read((log) => {
      log.emit('money.reserved', { reservation: 'r', model: 'm', microUsd: 5 })
      log.spend(1, { reservation: 'r' })
      log.emit('money.released', { reservation: 'r' })
      log.emit('money.released', { reservation: 'other' })
    })
    expect(happenings.map((each) => [each.type, 'money' in each ? each.money.microUsd : undefined])).toEqual([['changed', undefined], ['reserved', 5], ['settled', 1_000_000], ['freed', 5]])
    // The call that is made: counted where it is let go.
    expect(happenings[0]).toMatchObject({ actions: [{ kind: 'model.call', model: 'm' }] })
    expect(happenings[2]).toMatchObject({ model: 'model-1', money: { isPlan: false } })
  })
  it('of a plan is told apart', () => {
    expect(read((log) => void log.emit('money.settled', { step: 's', model: 'm', usage: { input: 0, output: 0 }, microUsd: null, source: 'reported', billing: 'plan' } as never)).of('settled')).toMatchObject([{ money: { isPlan: true, microUsd: null } }])
  })
})

it('takes what names no turn to be of the session’s last one, until that ends', () => {
  const log = treeLog({})
  propose(log, 'x', push())
  log.emit('tool.released', { call: 'x' })
  log.emit('turn.ended', { outcome: 'completed' } as never)
  complete(log, 'x')
  const chronicle = emptyChronicle()
  const turns = log.events.flatMap(({ turn: _turn, ...event }, index) => readHappenings(chronicle, (index === 2 ? { ...event, turn: 't7' } : event) as never)).map(({ type, turn }) => [type, turn])
  expect(turns).toEqual([['attempted', 't7'], ['executed', 't7'], ['turn-ended', 't7'], ['result', undefined]])
})

it('knows where a session goes on from another’s past', () => {
  const log = treeLog({})
  const chronicle = emptyChronicle()
  for (const event of log.events) readHappenings(chronicle, event)
  const forked = { ...log.events[0], type: 'session.forked', session: 'fork', seq: 9, data: { agent: { name: 'coder', hash: 'h', spec: {} }, harness: 'omni', workspace: { mode: 'here', path: '/w' }, from: { tree: 'root', session: 'root', seq: 2 } } } as never
  expect(readHappenings(chronicle, forked)).toMatchObject([{ type: 'forked', from: 'root', seq: 9, actor: { session: 'fork', depth: 0, workspace: '/w', home } }])
  expect(lineage(chronicle, 'fork')).toEqual(['fork'])
})
