import { describe, expect, it } from 'vitest'
import type { EventData, EventType } from '../../src/spec/events/session-event.ts'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import type { HostFact } from '../../src/spec/ports/host-link.ts'
import { call, engineWorld, type EngineWorld } from '../support/engine-world.ts'
import { serverPolicies } from '../support/policy-of.ts'

/** What the engine makes of what calls did to files: the host is played by hand. */

const denied: Policy = { name: 'src', type: 'file', match: { verb: ['write', 'delete'], path: 'src/**' }, action: 'deny', message: 'Ask first.' }
const asked: Policy = { name: 'docs', type: 'file', match: { verb: ['write', 'delete'], path: 'docs/**' }, action: 'ask', approval: { remember: 'session' } }
const own: Policy = { name: 'own', type: 'file', match: { verb: ['write', 'delete'], path: 'docs/**' }, unless: { created_by_agent: true }, action: 'ask' }
type Change = EventData<'file.changed'>['changes'][number]
const modified = (path: string): Change => ({ path: `/work/${path}`, kind: 'modified' })
const created = (path: string): Change => ({ path: `/work/${path}`, kind: 'created' })
const done = (id: string): HostFact => ({ type: 'call.done', call: id, outcome: 'ok', output: '', exitCode: 0 })
const made = (checkpoint: string, ofCall?: string): HostFact => ({ type: 'checkpoint.made', checkpoint, label: 'x', tree: `tree of ${checkpoint}`, ...(ofCall === undefined ? {} : { call: ofCall }) })

async function running(policies: readonly Policy[], options: Parameters<typeof engineWorld>[0] = {}) {
  const world = await engineWorld({ policies: serverPolicies([...policies]), ...options })
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  const say = (fact: HostFact) => world.fact(session, turn, fact)
  await say({ type: 'box.attested', profile: 'off', processes: 'group', advisory: true, notes: [], workspace: '/work' })
  await say(made('k0'))
  return {
    world, session, turn, say,
    /** A call runs and changes files between two states. */
    async ran(id: string, changes: readonly Change[], between: { from: string; to: string }, more: object = {}) {
      await say(call(id, more))
      await say(done(id))
      await say(made(between.to, id))
      await say({ type: 'files.changed', call: id, changes: [...changes], ...between })
    },
    restored: (restore: string, outcome: Partial<Extract<HostFact, { type: 'files.restored' }>> = {}) => say({ type: 'files.restored', restore, restored: [], unchanged: [], conflicts: [], before: 'kb', after: 'ka', ...outcome }),
    data: async <Type extends EventType>(type: Type): Promise<EventData<Type>[]> => (await world.log(session)).flatMap((event) => (event.type === type ? [event.data as EventData<Type>] : [])),
    notices: async () => (await world.log(session)).flatMap((event) => (event.type === 'notice.given' ? [(event.data as { text: string }).text] : [])),
  }
}
async function answer(world: EngineWorld, session: string, word: 'allow' | 'deny', more: object = {}) {
  const [ask] = (await world.view(session)).asks
  await world.command(session, { type: 'approval.answer', approval: ask?.approval ?? '', digest: ask?.digest ?? '', answer: word, ...more })
}
const verdictsOf = async (world: EngineWorld, session: string) => (await world.log(session)).flatMap((event) => (event.type === 'policy.decided' ? [(event.data as { verdict: string }).verdict] : []))

describe('a change that is denied', () => {
  it('is ordered back before any later answer, durable first, and both people and agent hear of it', async () => {
    const { world, session, turn, say, ran, restored, notices, data } = await running([denied])
    await ran('c1', [modified('src/a.ts'), modified('free.txt')], { from: 'k0', to: 'k1' })
    const order = await world.host.order('files.restore')
    expect(order).toMatchObject({ session, tree: session, workspace: '/work', paths: [{ path: '/work/src/a.ts', to: 'k0', left: 'k1' }] })
    expect((await data('restore.requested'))[0]).toMatchObject({ direction: 'back', call: 'c1', rules: [{ rule: 'server/src', verdict: 'deny' }] })
    await say(call('c2'))
    await world.host.order('call.verdict', (message) => message.call === 'c2')
    const order2 = world.host.orders.map(({ type }) => type)
    expect(order2.indexOf('files.restore')).toBeLessThan(order2.lastIndexOf('call.verdict'))
    await restored(order.restore, { restored: ['/work/src/a.ts'] })
    const text = '“ls” changed src/a.ts, which server/src (Ask first.) forbids: taken back to what was before.'
    expect(await notices()).toEqual([text])
    expect(await world.host.order('turn.steer')).toMatchObject({ turn, text, note: true })
    expect(await data('checkpoint.restored')).toMatchObject([{ restore: order.restore, direction: 'back', call: 'c1', restored: ['/work/src/a.ts'], conflicts: [] }])
  })

  it('is told with the next prompt to a program that takes no steer', async () => {
    const { world, session, turn, ran, restored } = await running([denied], { abilities: { steer: 'next' } })
    await ran('c1', [modified('src/a.ts')], { from: 'k0', to: 'k1' })
    await restored((await world.host.order('files.restore')).restore, { restored: ['/work/src/a.ts'] })
    await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
    await world.command(session, { type: 'turn.start', text: 'on' })
    const next = await world.host.order('turn.run', (message) => message.turn !== turn)
    expect([next.text, next.notes]).toEqual(['on', [expect.stringContaining('src/a.ts, which server/src')]])
    expect(world.host.orders.some(({ type }) => type === 'turn.steer')).toBe(false)
  })

  it('says what could not be taken back, and counts it as done', async () => {
    const { world, say, ran, restored, notices, session } = await running([{ ...denied, after: undefined } as unknown as Policy, { name: 'few', type: 'rate', of: 'file.write', op: 'gt', value: 1, per: 'session', action: 'deny' }])
    await ran('c1', [modified('src/a.ts'), modified('src/b.ts')], { from: 'k0', to: 'k1' })
    await restored((await world.host.order('files.restore')).restore, { restored: ['/work/src/a.ts'], conflicts: [{ path: '/work/src/b.ts', reason: 'changed' }] })
    expect(await notices()).toEqual([expect.stringMatching(/src\/a\.ts, which server\/src .*taken back.* src\/b\.ts stayed as it is: it was changed again meanwhile\.$/)])
    await say(call('w1', { actions: [{ kind: 'file.write', path: '/work/x', outbound: false }] }))
    expect((await verdictsOf(world, session)).at(-1)).toBe('deny')
  })

  it('leaves no trace in counts where it was taken back, and is not the agent’s file', async () => {
    const { world, session, say, ran, restored } = await running([denied, own, { name: 'few', type: 'rate', of: 'file.write', op: 'gt', value: 1, per: 'session', action: 'deny' }])
    await ran('c1', [created('src/a.ts')], { from: 'k0', to: 'k1' })
    await restored((await world.host.order('files.restore')).restore, { restored: ['/work/src/a.ts'] })
    await say(call('w1', { actions: [{ kind: 'file.write', path: '/work/x', outbound: false }] }))
    expect((await verdictsOf(world, session)).at(-1)).toBe('allow')
  })

  it('goes back to before both calls where two overlap and the first is still on its way', async () => {
    const { world, ran } = await running([denied])
    await ran('c1', [modified('src/a.ts')], { from: 'k0', to: 'k1' })
    await ran('c2', [modified('src/a.ts'), modified('src/b.ts')], { from: 'k1', to: 'k2' })
    const second = await world.host.order('files.restore', ({ paths }) => paths.length === 2)
    expect(second.paths).toEqual([{ path: '/work/src/a.ts', to: 'k0', left: 'k2' }, { path: '/work/src/b.ts', to: 'k1', left: 'k2' }])
  })

  it('is not judged where it was allowed by name before it ran, and is where the program never asked', async () => {
    const { world, session, say, ran, notices } = await running([asked])
    const writes = { actions: [{ kind: 'file.write', path: '/work/docs/a.md', outbound: false }] }
    await say(call('c1', writes))
    await answer(world, session, 'allow')
    await say(done('c1'))
    await say({ type: 'files.changed', call: 'c1', changes: [modified('docs/a.md')], from: 'k0', to: 'k1' })
    expect(world.host.orders.some(({ type }) => type === 'files.restore')).toBe(false)
    await say({ ...call('c2', writes), type: 'call.seen' })
    await say({ type: 'files.changed', call: 'c2', changes: [modified('docs/a.md')], from: 'k1', to: 'k2' })
    expect((await world.host.order('files.restore')).paths).toEqual([{ path: '/work/docs/a.md', to: 'k1', left: 'k2' }])
    // A yes to writing it is none to deleting it, and what changed between calls is nobody's.
    await ran('c3', [], { from: 'k2', to: 'k3' })
    await say({ type: 'files.changed', changes: [modified('docs/b.md')], from: 'k3', to: 'k4' })
    expect(await notices()).toEqual([])
  })
})

describe('a change that is asked about', () => {
  it('is one card for all of a call, laid out once they are back, and there again after a yes', async () => {
    const { world, session, say, ran, restored, data } = await running([asked, denied])
    await ran('c1', [modified('docs/a.md'), created('docs/b.md'), modified('docs/c.md'), modified('docs/d.md'), modified('src/x.ts')], { from: 'k0', to: 'k1' }, { title: 'npm run build' })
    const back = await world.host.order('files.restore')
    expect((await world.view(session)).asks).toEqual([])
    const paths = ['a', 'b', 'c', 'd'].map((name) => `/work/docs/${name}.md`)
    await restored(back.restore, { restored: [...paths.slice(0, 3), '/work/src/x.ts'], conflicts: [{ path: '/work/docs/d.md', reason: 'changed' }] })
    const [ask] = (await world.view(session)).asks
    expect(ask).toMatchObject({ title: '“npm run build” changed docs/a.md, docs/b.md and docs/c.md: keep these changes?', about: 'c1', rules: [{ rule: 'server/docs' }], offers: expect.arrayContaining([expect.objectContaining({ pattern: { path: '/work/docs/a.md' } })]) })
    await answer(world, session, 'allow')
    const again = await world.host.order('files.restore', ({ restore }) => restore !== back.restore)
    expect(again.paths).toEqual(paths.slice(0, 3).map((path) => ({ path, to: 'k1', left: 'ka' })))
    await restored(again.restore, { restored: paths.slice(0, 2), conflicts: [{ path: '/work/docs/c.md', reason: 'changed' }] })
    expect((await data('tool.completed')).at(-1)).toMatchObject({ call: 'kept-c1', outcome: 'ok', output: { text: 'Kept by a person: docs/a.md and docs/b.md. docs/c.md stayed as it is: it was changed again meanwhile.' } })
    // What a person kept is the agent's, as if it had written it.
    world.policies = serverPolicies([own])
    await say(call('w1', { actions: [{ kind: 'file.write', path: '/work/docs/b.md', outbound: false }] }))
    expect((await verdictsOf(world, session)).at(-1)).toBe('allow')
  })

  it('stays back after a no, leaves no trace, and is no file of the agent', async () => {
    const { world, session, say, ran, restored, data } = await running([own, { name: 'few', type: 'rate', of: 'file.write', op: 'gt', value: 1, per: 'session', action: 'deny' }])
    await ran('c1', [modified('docs/a.md')], { from: 'k0', to: 'k1' })
    await restored((await world.host.order('files.restore')).restore, { restored: ['/work/docs/a.md'] })
    await answer(world, session, 'deny', { comment: 'Not the docs.' })
    expect((await data('tool.completed')).at(-1)).toMatchObject({ call: 'kept-c1', outcome: 'denied', output: { text: 'A person said no: Not the docs.' } })
    expect(world.host.orders.filter(({ type }) => type === 'files.restore')).toHaveLength(1)
    expect(await world.host.order('turn.steer', ({ text }) => text.startsWith('A person said no'))).toMatchObject({ text: expect.stringContaining('docs/a.md stays as it was') })
    await say(call('w1', { actions: [{ kind: 'file.write', path: '/work/x', outbound: false }] }))
    expect((await verdictsOf(world, session)).at(-1)).toBe('allow')
  })

  it('is answered for longer by a grant: the next change of that file stays', async () => {
    const { world, session, ran, restored } = await running([asked])
    await ran('c1', [modified('docs/a.md')], { from: 'k0', to: 'k1' })
    await restored((await world.host.order('files.restore')).restore, { restored: ['/work/docs/a.md'] })
    await answer(world, session, 'allow', { remember: { scope: 'session' } })
    world.host.forget()
    await ran('c2', [modified('docs/a.md')], { from: 'k1', to: 'k2' })
    expect(world.host.orders.some(({ type }) => type === 'files.restore')).toBe(false)
  })

  it('waits beyond a turn that came to its end, and shows as waiting', async () => {
    const { world, session, turn, ran, restored } = await running([asked])
    await ran('c1', [modified('docs/a.md')], { from: 'k0', to: 'k1' })
    const back = await world.host.order('files.restore')
    await restored(back.restore, { restored: ['/work/docs/a.md'] })
    await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
    expect((await world.view(session)).asks).toHaveLength(1)
    expect((await world.store.index.list({ limit: 5 })).rows[0]).toMatchObject({ status: 'waiting' })
    await answer(world, session, 'allow')
    expect(await world.host.order('files.restore', ({ restore }) => restore !== back.restore)).toMatchObject({ paths: [{ to: 'k1', left: 'ka' }] })
  })

  it.each(['interrupt', 'archive', 'time', 'not restored'] as const)('is closed by %s, and the files stay as they were', async (end) => {
    const { world, session, turn, ran, restored, data } = await running([{ ...asked, approval: { timeout: '10m' } }])
    await ran('c1', [modified('docs/a.md')], { from: 'k0', to: 'k1' })
    const { restore } = await world.host.order('files.restore')
    if (end === 'not restored') await restored(restore, { conflicts: [{ path: '/work/docs/a.md', reason: 'not-covered' }] })
    else await restored(restore, { restored: ['/work/docs/a.md'] })
    if (end === 'interrupt') {
      await world.command(session, { type: 'turn.interrupt', scope: 'lane' })
      await world.fact(session, turn, { type: 'turn.settled', outcome: 'interrupted' })
    }
    if (end === 'archive') await world.command(session, { type: 'session.archive', archived: true })
    if (end === 'time') {
      world.clock.advance(10 * 60_000)
      await world.fact(session, turn, { type: 'notice', level: 'info', text: 'later' })
    }
    expect((await world.view(session)).asks).toEqual([])
    expect((await data('tool.completed')).at(-1)).toMatchObject({ call: 'kept-c1', outcome: end === 'not restored' ? 'error' : 'denied' })
    expect(world.host.orders.filter(({ type }) => type === 'files.restore')).toHaveLength(1)
  })

  it('refuses an answer to another card', async () => {
    const { world, session, ran, restored } = await running([asked])
    await ran('c1', [modified('docs/a.md')], { from: 'k0', to: 'k1' })
    await restored((await world.host.order('files.restore')).restore, { restored: ['/work/docs/a.md'] })
    const [ask] = (await world.view(session)).asks
    await expect(world.command(session, { type: 'approval.answer', approval: ask?.approval ?? '', digest: 'x', answer: 'allow' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(world.command(session, { type: 'approval.answer', approval: ask?.approval ?? '', digest: ask?.digest ?? '', answer: 'allow' }, { kind: 'agent', id: 'hello' })).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('after a crash', () => {
  it.each(['back', 'again'] as const)('an order %s without a word from the host is given again, once it is answered never', async (direction) => {
    const { world, session, turn, ran, restored } = await running([asked])
    await ran('c1', [modified('docs/a.md')], { from: 'k0', to: 'k1' })
    let order = await world.host.order('files.restore')
    if (direction === 'again') {
      await restored(order.restore, { restored: ['/work/docs/a.md'] })
      await answer(world, session, 'allow')
      const back = order.restore
      order = await world.host.order('files.restore', ({ restore }) => restore !== back)
    }
    await world.restart()
    world.connect()
    expect(await world.host.order('files.restore')).toEqual(order)
    const again: HostFact = { type: 'files.restored', restore: order.restore, restored: [], unchanged: ['/work/docs/a.md'], conflicts: [], before: 'kb', after: 'ka' }
    await world.fact(session, turn, again)
    await world.fact(session, turn, again)
    expect((await world.types(session)).filter((type) => type === 'checkpoint.restored')).toHaveLength(direction === 'back' ? 1 : 2)
    expect((await world.view(session)).asks).toHaveLength(direction === 'back' ? 1 : 0)
    world.host.cut()
    world.host.forget()
    world.connect()
    await world.fact(session, turn, { type: 'notice', level: 'info', text: 'here' })
    expect(world.host.orders.some(({ type }) => type === 'files.restore')).toBe(false)
  })

  it('an order is given again also where no turn runs any more', async () => {
    const { world, session, turn, ran, restored } = await running([asked])
    await ran('c1', [modified('docs/a.md')], { from: 'k0', to: 'k1' })
    const back = (await world.host.order('files.restore')).restore
    await restored(back, { restored: ['/work/docs/a.md'] })
    await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
    await answer(world, session, 'allow')
    const order = await world.host.order('files.restore', ({ restore }) => restore !== back)
    await world.restart()
    world.connect()
    expect(await world.host.order('files.restore')).toEqual(order)
    await world.fact(session, undefined, { type: 'files.restored', restore: order.restore, restored: ['/work/docs/a.md'], unchanged: [], conflicts: [], after: 'kz' })
    expect((await world.store.index.list({ limit: 5 })).rows[0]).toMatchObject({ status: 'idle' })
  })

  it('a host that lost the work folder says that nothing was done', async () => {
    const { world, ran, restored, notices } = await running([denied])
    await ran('c1', [modified('src/a.ts')], { from: 'k0', to: 'k1' })
    await restored((await world.host.order('files.restore')).restore, { error: 'the work folder is not there' })
    expect(await notices()).toEqual(['“ls” changed src/a.ts, which server/src would not have let it do. Nothing was done: the work folder is not there'])
  })
})

describe('what must be enforced', () => {
  const required: Policy = { ...denied, enforce: 'required' }
  it('stops the turn in which it turns out that the work folder is not looked at', async () => {
    const { world, session, turn, say, notices } = await running([required])
    await say({ type: 'files.unseen', reason: 'no git here' })
    expect(await world.host.order('turn.interrupt')).toMatchObject({ turn })
    expect(await notices()).toEqual([expect.stringMatching(/^The turn is stopped\. .*server\/src.*change feed \(not here\)/)])
    await say({ type: 'files.unseen', reason: 'no git here' })
    expect((await world.types(session)).filter((type) => type === 'checkpoint.failed')).toHaveLength(1)
  })

  it('is asked at the gate about a line that cannot be read, unless what it changes is seen and taken back', async () => {
    const { world, session, say } = await running([denied])
    const opaque = { actions: [{ kind: 'exec', command: 'python x.py', outbound: false, opaque: ['a script'] }] }
    await say(call('c1', opaque))
    await say({ type: 'files.unseen', reason: 'no git here' })
    await say(call('c2', opaque))
    // What is proved is decided at the gate, whatever comes later.
    await say(made('k1'))
    await say(call('c3', { actions: [{ kind: 'file.write', path: '/work/src/a.ts', outbound: false }] }))
    expect(await verdictsOf(world, session)).toEqual(['allow', 'ask', 'deny'])
  })
})
