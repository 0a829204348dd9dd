import { expect, it } from 'vitest'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import type { HostFact } from '../../src/spec/ports/host-link.ts'
import { call, engineWorld, type EngineWorld } from '../support/engine-world.ts'
import { serverPolicies } from '../support/policy-of.ts'

const pushAsks: Policy = { name: 'push', type: 'git', match: { verb: 'push' }, action: 'ask', approval: { remember: 'session' } }
const push = (id: string, ref = 'main') => call(id, { actions: [{ kind: 'git.push', repo: 'example.org/acme/app', ref, force: false, delete: false, outbound: true }] }) as unknown as HostFact
const install = (id: string) => call(id, { actions: [{ kind: 'package.install', manager: 'npm', names: [], outbound: true }] }) as unknown as HostFact
const done = (id: string): HostFact => ({ type: 'call.done', call: id, outcome: 'ok', output: '', exitCode: 0 })

async function running(...policies: Policy[]): Promise<{ world: EngineWorld; session: string; turn: string; say(fact: HostFact): Promise<unknown> }> {
  const world = await engineWorld({ policies: serverPolicies(policies) })
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  return { world, session, turn, say: (fact) => world.fact(session, turn, fact) }
}
const verdicts = async (world: EngineWorld, session: string) => (await world.log(session)).flatMap((event) => (event.type === 'policy.decided' ? [(event.data as { verdict: string }).verdict] : []))
async function answer(world: EngineWorld, session: string, more: object = {}) {
  const [ask] = (await world.view(session)).asks
  await world.command(session, { type: 'approval.answer', approval: ask?.approval ?? '', digest: ask?.digest ?? '', answer: 'allow', ...more })
}

it('names the server’s policies in the log before the first decision, and again when they change', async () => {
  const { world, session, say } = await running(pushAsks)
  await say(install('c1'))
  world.policies = serverPolicies([])
  await say(push('c2'))
  const log = await world.log(session)
  expect(log.filter((event) => event.type === 'policy.changed').map((event) => (event.data as { policies: unknown }).policies)).toEqual([[pushAsks], []])
  expect(log.findIndex((event) => event.type === 'policy.changed')).toBeLessThan(log.findIndex((event) => event.type === 'tool.proposed'))
  expect(await verdicts(world, session)).toEqual(['allow', 'allow'])
})

it('keeps to a policy that is added in the middle, for all that happened before', async () => {
  const { world, session, say } = await running()
  await say(install('c1'))
  await say(done('c1'))
  await say(push('c2'))
  await say(done('c2'))
  await world.command(session, { type: 'policy.add', text: 'name: later\ntype: git\nmatch: {verb: push}\nafter: {package.install: {}}\naction: deny\n' })
  await say(push('c3'))
  expect(await verdicts(world, session)).toEqual(['allow', 'allow', 'deny'])
  await world.command(session, { type: 'policy.remove', name: 'later' })
  await say(push('c4'))
  expect(await verdicts(world, session)).toEqual(['allow', 'allow', 'deny', 'allow'])
})

it('refuses a policy with every problem and its place, and changes nothing', async () => {
  const { world, session } = await running()
  await expect(world.command(session, { type: 'policy.add', text: 'name: x\ntype: gti\n' })).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('line 2, column 7: there is no policy type "gti"'), details: [expect.objectContaining({ hint: 'did you mean "git"?' })] })
  await expect(world.command(session, { type: 'policy.remove', name: 'x' })).rejects.toMatchObject({ code: 'not_found' })
  await expect(world.command(session, { type: 'policy.add', text: 'name: x\ntype: git\naction: deny' }, { kind: 'agent', id: 'hello' })).rejects.toMatchObject({ code: 'forbidden' })
  expect(await world.types(session)).not.toContain('policy.changed')
})

it('remembers what a person allowed for the session, for what they saw and nothing else', async () => {
  const { world, session, say } = await running(pushAsks)
  await say(push('c1'))
  expect((await world.view(session)).asks[0]?.offers).toEqual([{ rule: 'server/push', hash: expect.any(String), kind: 'git.push', pattern: { repo: 'example.org/acme/app', ref: 'main', force: false, delete: false } }])
  await answer(world, session, { remember: { scope: 'session' } })
  await say(push('c2'))
  await say(push('c3', 'other'))
  expect(await verdicts(world, session)).toEqual(['ask', 'allow', 'ask'])
  await answer(world, session, { remember: { scope: 'session', patterns: [{ repo: 'example.org/acme/*' }] } })
  await say(push('c4', 'third'))
  expect((await verdicts(world, session)).at(-1)).toBe('allow')
  const grants = (await world.log(session)).filter((event) => event.type === 'grant.made')
  for (const event of grants) await world.command(session, { type: 'grant.revoke', grant: (event.data as { grant: string }).grant })
  await say(push('c5'))
  expect((await verdicts(world, session)).at(-1)).toBe('ask')
})

it('remembers each of several things on one card, in their order', async () => {
  const { world, session, say } = await running(pushAsks)
  const both = (id: string, ...refs: string[]): HostFact => ({ ...call(id), actions: refs.map((ref) => ({ kind: 'git.push', repo: 'example.org/acme/app', ref, force: false, delete: false, outbound: true })) })
  await say(both('c1', 'one', 'two'))
  await expect(answer(world, session, { remember: { scope: 'session', patterns: [{ ref: 'one' }] } })).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('offers 2') })
  await expect(answer(world, session, { remember: { scope: 'session', patterns: [{ ref: 'one' }, { path: 'no field of a push' }] } })).rejects.toMatchObject({ code: 'invalid' })
  await answer(world, session, { remember: { scope: 'session', patterns: [{ ref: 'one' }, { ref: 'release-*' }] } })
  await say(both('c2', 'one', 'release-7'))
  await say(both('c3', 'one', 'two'))
  expect(await verdicts(world, session)).toEqual(['ask', 'allow', 'ask'])
})

it('remembers for the whole project where the rule lets it: in other sessions of the folder, after a restart, until it is taken back anywhere', async () => {
  const { world, session, say } = await running({ ...pushAsks, approval: { remember: 'project' } })
  await say(push('c1'))
  expect((await world.view(session)).asks[0]?.offers?.[0]?.scope).toBe('project')
  await answer(world, session, { remember: { scope: 'project' } })
  const other = await world.create('go')
  const run = await world.host.order('turn.run', ({ setup }) => setup.session === other)
  await world.fact(other, run.turn, push('d1'))
  expect(await verdicts(world, other)).toEqual(['allow'])
  await world.restart()
  world.connect()
  await world.fact(other, run.turn, push('d2'))
  const [grant] = (await world.engine.policies(other)).grants
  expect(grant).toMatchObject({ scope: 'project', rule: 'server/push' })
  await world.command(other, { type: 'grant.revoke', grant: grant?.grant ?? '' })
  await world.fact(other, run.turn, push('d3'))
  await say(push('c2'))
  expect([await verdicts(world, other), await verdicts(world, session)]).toEqual([['allow', 'allow', 'ask'], ['ask', 'ask']])
})

it('hears at the start of a turn too that what was allowed for the project was taken back elsewhere', async () => {
  const world = await engineWorld({ policies: serverPolicies([{ name: 'turns', type: 'model', match: { model: 'default' }, action: 'ask', approval: { remember: 'project' } }]) })
  world.connect()
  const session = await world.create('go')
  await answer(world, session, { remember: { scope: 'project' } })
  const other = await world.create('go')
  const run = await world.host.order('turn.run', ({ setup }) => setup.session === other)
  await world.fact(other, run.turn, { type: 'turn.settled', outcome: 'completed' })
  const [grant] = (await world.engine.policies(session)).grants
  await world.command(session, { type: 'grant.revoke', grant: grant?.grant ?? '' })
  await world.command(other, { type: 'turn.start', text: 'again' })
  expect([await verdicts(world, other), (await world.view(other)).asks.length]).toEqual([['ask'], 1])
})

it('remembers for the session at most where the rule says so, and a person may want less than is offered', async () => {
  const narrow = await running(pushAsks)
  await narrow.say(push('c1'))
  await expect(answer(narrow.world, narrow.session, { remember: { scope: 'project' } })).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('session only') })
  const { world, session, say } = await running({ ...pushAsks, approval: { remember: 'project' } })
  await say(push('c1'))
  await answer(world, session, { remember: { scope: 'session' } })
  expect((await world.engine.policies(session)).grants).toMatchObject([{ scope: 'session' }])
})

it('remembers nothing where a rule wants to be asked each time', async () => {
  const { world, session, say } = await running(pushAsks, { name: 'each', type: 'git', match: { verb: 'push' }, action: 'ask' })
  await say(push('c1'))
  expect((await world.view(session)).asks[0]?.offers).toBeUndefined()
  await expect(answer(world, session, { remember: { scope: 'session' } })).rejects.toMatchObject({ code: 'invalid' })
})

it('refuses what nobody answers in time, also when the server was started again meanwhile', async () => {
  const { world, session, turn, say } = await running({ ...pushAsks, approval: { timeout: '10m' } })
  await say(push('c1'))
  await world.restart()
  world.connect()
  await world.fact(session, turn, { type: 'notice', level: 'info', text: 'still here' })
  expect((await world.view(session)).asks).toHaveLength(1)
  world.clock.advance(10 * 60_000)
  expect(await world.host.order('call.verdict')).toMatchObject({ call: 'c1', verdict: { type: 'deny', reason: 'Nobody answered in time, so it was refused.' } })
})

it('decides after a restart as if it had never stopped', async () => {
  const { world, session, turn, say } = await running({ name: 'after', type: 'git', match: { verb: 'push' }, after: { 'package.install': {} }, action: 'deny' })
  await say(install('c1'))
  await world.restart()
  world.connect()
  await world.fact(session, turn, push('c2'))
  expect(await verdicts(world, session)).toEqual(['allow', 'deny'])
})

it('carries over to a fork what happened and what the session keeps to, and no standing yes', async () => {
  const { world, session, turn, say } = await running(pushAsks)
  await say(install('c1'))
  await world.command(session, { type: 'policy.add', text: 'name: later\ntype: package\nmatch: {verb: publish}\nafter: {package.install: {}}\naction: deny\n' })
  await say(push('c2'))
  await answer(world, session, { remember: { scope: 'session' } })
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  const fork = await world.engine.fork(session, { id: 'f1' }, { kind: 'user', id: 'local' })
  await world.command(fork.session, { type: 'turn.start', text: 'on' })
  const run = await world.host.order('turn.run')
  await world.fact(fork.session, run.turn, call('d1', { actions: [{ kind: 'package.publish', manager: 'npm', outbound: true }] }))
  await world.fact(fork.session, run.turn, push('d2'))
  expect((await verdicts(world, fork.session)).slice(-2)).toEqual(['deny', 'ask'])
})

it('says what a command did to files that a rule would not have let it, where nothing can take it back', async () => {
  const { world, session, say } = await running({ name: 'hooks', type: 'file', match: { verb: 'write', path: '**/.git/hooks/**' }, action: 'deny' })
  await say(call('c1'))
  await say(done('c1'))
  await say({ type: 'files.changed', call: 'c1', changes: [{ path: '/work/.git/hooks/pre-commit', kind: 'created' }, { path: '/work/a.txt', kind: 'created' }] })
  await say({ type: 'files.changed', changes: [{ path: '/work/.git/hooks/by-hand', kind: 'created' }] })
  const notices = (await world.log(session)).flatMap((event) => (event.type === 'notice.given' ? [(event.data as { text: string }).text] : []))
  expect(notices).toEqual(['“ls” made /work/.git/hooks/pre-commit, which server/hooks would not have let it do. It has not been undone.'])
})

it('lets a file be written that a command made, and asks about any other', async () => {
  const { world, session, say } = await running({ name: 'own', type: 'file', match: { verb: ['write', 'delete'], path: '**' }, unless: { created_by_agent: true }, action: 'ask' })
  const write = (id: string, path: string) => say({ ...call(id), actions: [{ kind: 'file.write', path, outbound: false }] })
  await say(call('c1'))
  await say(done('c1'))
  await say({ type: 'files.changed', call: 'c1', changes: [{ path: '/work/made.txt', kind: 'created' }] })
  await write('c2', '/work/made.txt')
  await write('c3', '/work/old.txt')
  expect(await verdicts(world, session)).toEqual(['allow', 'allow', 'ask'])
})

it('keeps a policy that is switched off, for every client and after a restart, and holds nothing back by it', async () => {
  const { world, session, turn, say } = await running()
  await world.command(session, { type: 'policy.add', text: 'name: no-push\ntype: git\nmatch: {verb: push}\naction: deny\n' })
  await world.command(session, { type: 'policy.switch', name: 'no-push', on: false })
  await say(push('c1'))
  await world.restart()
  world.connect()
  expect(await world.engine.policies(session)).toMatchObject({ text: '', off: [{ name: 'no-push', does: expect.stringContaining('deny git') }] })
  await world.command(session, { type: 'policy.switch', name: 'no-push', on: true })
  await world.command(session, { type: 'policy.switch', name: 'no-push', on: true })
  await world.fact(session, turn, push('c2'))
  expect(await verdicts(world, session)).toEqual(['allow', 'deny'])
  await world.command(session, { type: 'policy.switch', name: 'no-push', on: false })
  await world.command(session, { type: 'policy.remove', name: 'no-push' })
  expect((await world.engine.policies(session)).off).toEqual([])
  await expect(world.command(session, { type: 'policy.switch', name: 'no-push', on: true })).rejects.toMatchObject({ code: 'not_found' })
  await expect(world.command(session, { type: 'policy.switch', name: 'x', on: true }, { kind: 'agent', id: 'hello' })).rejects.toMatchObject({ code: 'forbidden' })
})
