import { expect, it } from 'vitest'
import { explainCall } from '../../src/session/explain-call.ts'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import type { HostFact } from '../../src/spec/ports/host-link.ts'
import { call, engineWorld, person } from '../support/engine-world.ts'
import { policyOf, serverPolicies } from '../support/policy-of.ts'

const after: Policy = { name: 'push-after-install', type: 'git', match: { verb: 'push' }, after: { 'package.install': {} }, action: 'ask', message: 'To {{repo}}?' }
const push = (id: string) => call(id, { title: 'git push', actions: [{ kind: 'git.push', repo: 'example.org/acme/app', ref: 'main', force: false, delete: false, tag: false, outbound: true }] })
const install = (id: string) => call(id, { title: 'npm install left-pad', actions: [{ kind: 'package.install', manager: 'npm', names: ['left-pad'], outbound: true }] })
const done = (id: string): HostFact => ({ type: 'call.done', call: id, outcome: 'ok', output: '', exitCode: 0 })

async function pushed() {
  const world = await engineWorld({ policies: serverPolicies([after]) })
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  for (const fact of [install('c1'), done('c1'), push('c2')]) await world.fact(session, turn, fact)
  const [ask] = (await world.view(session)).asks
  await world.command(session, { type: 'approval.answer', approval: ask?.approval, digest: ask?.digest, answer: 'allow', comment: 'fine' })
  return { world, session, turn }
}

it('explains a decision from the log: rules, events as words, the answer; and makes it again', async () => {
  const { world, session } = await pushed()
  const explained = await world.engine.decision(session, 'c2', false)
  expect(explained).toMatchObject({
    call: 'c2', title: 'git push', verdict: 'ask', again: { verdict: 'ask', same: true }, actions: ['git.push ref main repo example.org/acme/app'],
    answer: { answer: 'allow', by: person, comment: 'fine' },
  })
  const server = explained.levels.find(({ level }) => level === 'server')
  expect(server).toMatchObject({ verdict: 'ask', rules: [{ rule: 'server/push-after-install', message: 'To example.org/acme/app?', because: [{ what: 'ran: npm install left-pad' }] }] })
  const log = await world.log(session)
  expect(log[explained.seq - 1]?.type).toBe('policy.decided')
  expect(log[(server?.rules[0]?.because[0]?.seq ?? 0) - 1]?.type).toBe('tool.released')
})

it('goes by the policies of then, whatever has changed since', async () => {
  const { world, session, turn } = await pushed()
  world.policies = policyOf('deny')
  await world.command(session, { type: 'policy.add', text: 'name: own\ntype: git\naction: deny\n' })
  await world.fact(session, turn, push('c3'))
  expect(await world.engine.decision(session, 'c2', false)).toMatchObject({ verdict: 'ask', again: { same: true } })
  expect(await world.engine.decision(session, 'c3', false)).toMatchObject({ verdict: 'deny', again: { verdict: 'deny', same: true }, levels: [{ level: 'session', rules: [{ rule: 'session/own' }] }, { level: 'agent' }, { level: 'server', rules: [{ rule: 'server/always-deny' }] }] })
})

it('says when what was recorded comes out otherwise now', async () => {
  const { world, session } = await pushed()
  const { sessions } = world.store
  // A log of a version that let it through.
  const older = { ...sessions, read: async (tree: string, from: number, limit: number) => (await sessions.read(tree, from, limit)).map((event) => (event.type === 'policy.decided' ? { ...event, data: { ...(event.data as object), verdict: 'allow', rules: [] } } : event)) }
  expect(await explainCall(older, { tree: session, session, call: 'c2', all: false })).toMatchObject({ verdict: 'allow', again: { verdict: 'ask', same: false } })
})

it('keeps what the engine itself forbade, as it was recorded', async () => {
  const { world, session, turn } = await pushed()
  await world.command(session, { type: 'mode.set', mode: 'plan' })
  await world.fact(session, turn, install('c4'))
  expect(await world.engine.decision(session, 'c4', false)).toMatchObject({ verdict: 'deny', again: { verdict: 'deny', same: true }, engine: [{ verdict: 'deny' }] })
})

it('knows no decision of a call that was not made', async () => {
  const { world, session } = await pushed()
  await expect(world.engine.decision(session, 'none', false)).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('call none') })
})
