import { describe, expect, it } from 'vitest'
import { family } from '../support/family-world.ts'
import { serverPolicies } from '../support/policy-of.ts'

describe('delegate', () => {
  it('starts a session of the same tree, on its own prompt, under a name', async () => {
    const all = await family()
    const [first, second] = [await all.start(all.lead, 'left', 'First'), await all.start(all.lead, 'left', 'Second')]
    expect((await all.events('child.spawned')).map(({ child, handle, title }) => [child, handle, title])).toEqual([[first, 'left', 'First'], [second, 'left-2', 'Second']])
    expect(await all.prompts(first)).toEqual(['Do it.'])
    const created = (await all.events('session.created', first))[0]
    expect(created).toMatchObject({ parent: all.lead, agent: { name: 'left' }, harness: 'scripted', title: 'First' })
    expect((await all.world.engine.describe(first)).tree).toBe(all.lead)
    expect((await all.world.view(all.lead)).children).toMatchObject([{ session: first, handle: 'left' }, { session: second, handle: 'left-2' }])
  })

  it.each([
    ['an agent that is not its own', { agent: 'nobody', task: 'x', title: 'y' }, 'You can start: left, right, writer'],
    ['an agent of its agent’s', { agent: 'deep', task: 'x', title: 'y' }, 'There is no sub-agent deep'],
    ['no task', { agent: 'left', title: 'y' }, 'task'],
    ['something else besides', { agent: 'left', task: 'x', title: 'y', cwd: '/' }, 'cwd'],
    ['one that would write in its folder', { agent: 'writer', task: 'x', title: 'y' }, 'would write in the folder that you work in'],
    ['too long a task', { agent: 'left', task: 'x'.repeat(20_000), title: 'y' }, 'task'],
  ])('says what is wrong with %s', async (_name, input, says) => {
    const all = await family()
    const answer = await all.ask(all.lead, 'delegate', input)
    expect(answer).toMatchObject({ failed: true, text: expect.stringContaining(says) })
    expect(await all.events('child.spawned')).toEqual([])
  })

  it('is not there for an agent whose file does not grant it', async () => {
    const all = await family()
    const child = await all.start(all.lead, 'left')
    expect(await all.ask(child, 'delegate', { agent: 'x', task: 'x', title: 'y' })).toMatchObject({ failed: true, text: expect.stringContaining('This agent has no delegate') })
    const orders = all.world.host.orders.flatMap((order) => (order.type === 'turn.run' ? [[order.setup.session, order.setup.omni?.includes('delegate') ?? false]] : []))
    expect(orders).toEqual([[all.lead, true], [child, false]])
  })

  it('keeps the limits of the tree', async () => {
    const all = await family({ limits: { depth: 1, children: 2 } })
    const right = await all.start(all.lead, 'right')
    expect(await all.ask(right, 'delegate', { agent: 'deep', task: 'x', title: 'y' })).toMatchObject({ failed: true, text: expect.stringContaining('1 deep') })
    await all.start(all.lead, 'left')
    expect(await all.ask(all.lead, 'delegate', { agent: 'left', task: 'x', title: 'y' })).toMatchObject({ failed: true, text: expect.stringContaining('2 sub-agents are at work') })
    await all.finishes(right, 'Done.')
    await all.start(all.lead, 'left')
  })

  it('tries no program again that could not start, and tells why', async () => {
    const all = await family()
    const child = await all.start(all.lead, 'left')
    await all.fact(child, { type: 'turn.settled', outcome: 'failed', reason: 'scripted is not installed.', advice: 'Install all.' })
    expect((await all.ask(all.lead, 'inbox')).text).toMatch(/left \(A thing\) could not start[^]*scripted is not installed/)
    expect(await all.ask(all.lead, 'delegate', { agent: 'right', task: 'x', title: 'y' })).toMatchObject({ failed: true, text: expect.stringContaining('scripted is not installed') })
  })

  it('is asked about and refused as policies say, once', async () => {
    const all = await family({ policies: serverPolicies([{ name: 'few', type: 'spawn', match: { agent: 'left' }, action: 'ask' }, { name: 'none', type: 'spawn', match: { agent: 'right' }, action: 'deny' }]) })
    expect(await all.ask(all.lead, 'delegate', { agent: 'right', task: 'x', title: 'y' })).toMatchObject({ failed: true, text: expect.stringContaining('none') })
    const { answer } = await all.call(all.lead, 'delegate', { agent: 'left', task: 'Do it.', title: 'y' })
    const [ask] = (await all.world.view(all.lead)).asks
    expect(ask?.title).toBe('delegate to left: y')
    expect(await all.events('child.spawned')).toEqual([])
    await all.world.command(all.lead, { type: 'approval.answer', approval: ask?.approval, digest: ask?.digest, answer: 'allow' })
    expect(await answer).toMatchObject({ failed: false })
    expect(await all.events('child.spawned')).toHaveLength(1)
  })
})

describe('a child that comes to rest', () => {
  it('wakes its idle parent, with all that has finished in one message', async () => {
    const all = await family()
    const [left, right] = [await all.start(all.lead, 'left', 'First'), await all.start(all.lead, 'right', 'Second')]
    await all.finishes(left, 'Left is done.')
    await all.finishes(right, 'Right is done.')
    expect(await all.prompts()).toEqual(['Lead.'])
    await all.finishes(all.lead, 'They are at work.')
    await all.runs(all.lead)
    const [, woken] = await all.prompts()
    expect(woken).toMatch(/## left \(First\) has finished\n\nLeft is done\.\n\n## right \(Second\) has finished\n\nRight is done\./)
    await all.finishes(all.lead, 'Good.')
    expect(await all.prompts()).toHaveLength(2)
  })

  it('ends its parent’s wait, and is not told again', async () => {
    const all = await family()
    const [left, right] = [await all.start(all.lead, 'left'), await all.start(all.lead, 'right')]
    const both = await all.call(all.lead, 'wait')
    const one = await all.call(all.lead, 'wait', { children: ['left'] })
    await all.finishes(left, 'Left is done.')
    expect(await one.answer).toMatchObject({ failed: false, text: expect.stringContaining('Left is done.') })
    await all.finishes(right, 'Right is done.')
    const { text } = await both.answer
    expect([text.includes('Right is done.'), text.includes('Left is done.')]).toEqual([true, false])
    await all.finishes(all.lead, 'Good.')
    expect(await all.prompts()).toEqual(['Lead.'])
    expect(await all.ask(all.lead, 'result', { child: 'left' })).toMatchObject({ failed: true, text: 'The turn is over.' })
  })

  it('is told again where the answer came too late', async () => {
    const all = await family()
    const left = await all.start(all.lead, 'left')
    const { request, answer } = await all.call(all.lead, 'wait')
    await all.finishes(left, 'Left is done.')
    await answer
    await all.fact(all.lead, { type: 'omni.missed', request })
    expect((await all.ask(all.lead, 'inbox')).text).toContain('Left is done.')
    await all.fact(all.lead, { type: 'omni.missed', request })
    expect((await all.ask(all.lead, 'inbox')).text).toBe('Nothing new.')
  })

  it('is not waited for by a call that nobody waits for', async () => {
    const all = await family()
    const left = await all.start(all.lead, 'left')
    const { request } = await all.call(all.lead, 'wait')
    await all.fact(all.lead, { type: 'omni.gone', request })
    await all.finishes(left, 'Left is done.')
    expect((await all.ask(all.lead, 'inbox')).text).toContain('Left is done.')
  })

  it('is delivered once, whenever the server dies', async () => {
    const all = await family()
    const left = await all.start(all.lead, 'left')
    await all.finishes(all.lead, 'It is at work.')
    await all.world.restart()
    all.world.connect()
    await all.finishes(left, 'Left is done.')
    await all.runs(all.lead)
    await all.world.restart()
    all.world.connect()
    await all.finishes(all.lead, 'Good.')
    expect(await all.prompts()).toHaveLength(2)
    expect(await all.events('inbox.posted')).toHaveLength(1)
  })

  it('does not wake a session that a person stopped', async () => {
    const all = await family()
    const left = await all.start(all.lead, 'left')
    await all.world.command(all.lead, { type: 'turn.interrupt', scope: 'lane' })
    await all.fact(all.lead, { type: 'turn.settled', outcome: 'interrupted' })
    await all.finishes(left, 'Left is done.')
    expect(await all.prompts()).toEqual(['Lead.'])
    await all.world.command(all.lead, { type: 'turn.start', text: 'Go on.' })
    await all.runs(all.lead)
    expect((await all.ask(all.lead, 'inbox')).text).toContain('Left is done.')
  })
})

describe('children at work', () => {
  it('are sent prompts, told things, stopped, and looked at', async () => {
    const all = await family()
    const left = await all.start(all.lead, 'left', 'First')
    expect(await all.ask(all.lead, 'steer', { child: 'left', message: 'Faster.' })).toMatchObject({ failed: false })
    expect(await all.world.host.order('turn.steer')).toMatchObject({ session: left, text: 'Faster.' })
    expect((await all.ask(all.lead, 'children')).text).toMatch(/^left: at work, left on scripted, First\n\nAgents that you can start: left \(It is left\.\), right/)
    expect(await all.ask(all.lead, 'cancel', { child: 'left' })).toMatchObject({ failed: false })
    expect(await all.world.host.order('turn.interrupt')).toMatchObject({ session: left })
    await all.fact(left, { type: 'turn.settled', outcome: 'interrupted' })
    expect((await all.ask(all.lead, 'wait')).text).toContain('was stopped')
    expect(await all.ask(all.lead, 'send', { child: 'left', message: 'Once more.' })).toMatchObject({ failed: false })
    await all.runs(left)
    expect(await all.prompts(left)).toEqual(['Do it.', 'Once more.'])
    await all.finishes(left, 'Now it is.')
    expect((await all.ask(all.lead, 'result', { child: 'left' })).text).toBe('Now it is.')
    expect(await all.ask(all.lead, 'send', { child: 'up', message: 'x' })).toMatchObject({ failed: true, text: 'You have started no up. You have: left.' })
  })

  it('are stopped with their parent', async () => {
    const all = await family()
    const right = await all.start(all.lead, 'right')
    const deep = await all.start(right, 'deep')
    await all.world.command(all.lead, { type: 'turn.interrupt', scope: 'subtree' })
    const stopped = all.world.host.orders.flatMap((order) => (order.type === 'turn.interrupt' ? [order.session] : []))
    expect(stopped.toSorted()).toEqual([all.lead, right, deep].toSorted())
  })

  it('report to who started them, and no further', async () => {
    const all = await family()
    const right = await all.start(all.lead, 'right')
    const deep = await all.start(right, 'deep')
    await all.finishes(deep, 'Deep is done.')
    expect(await all.events('inbox.posted')).toEqual([])
    expect(await all.events('inbox.posted', right)).toMatchObject([{ child: deep }])
    expect(await all.ask(all.lead, 'result', { child: deep })).toMatchObject({ failed: true })
  })
})

it('answers again what its machine may not have heard', async () => {
  const all = await family()
  const { request, answer } = await all.call(all.lead, 'children')
  await answer
  await all.world.restart()
  const again = all.world.host.order('omni.answer', (order) => order.request === request)
  all.world.connect()
  expect(await again).toMatchObject({ failed: false, text: expect.stringContaining('You have started none.') })
})
