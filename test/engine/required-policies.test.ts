import { expect, it } from 'vitest'
import { engineWorld } from '../support/engine-world.ts'
import { serverPolicies } from '../support/policy-of.ts'

const required = 'name: own\ntype: exec\naction: ask\nenforce: required\n'

it('takes up a policy that must be enforced only on a harness that asks about every call, and goes on with no other', async () => {
  let gate: 'every-call' | 'none' = 'none'
  const world = await engineWorld({ abilities: { get gate() { return gate } } })
  world.connect()
  const session = await world.create()
  await expect(world.command(session, { type: 'policy.add', text: required })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('session/own') })
  expect(await world.types(session)).not.toContain('policy.changed')
  gate = 'every-call'
  await world.command(session, { type: 'policy.add', text: required })
  gate = 'none'
  await expect(world.command(session, { type: 'harness.switch', harness: 'other' })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('with other') })
  expect(await world.types(session)).not.toContain('switch.requested')
})

it('forks onto no harness that can not keep what must be enforced', async () => {
  const world = await engineWorld({ policies: serverPolicies([{ name: 'files', type: 'file', action: 'deny', enforce: 'required' }]) })
  world.connect()
  const session = await world.create('go')
  const { turn } = await world.host.order('turn.run')
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  await expect(world.engine.fork(session, { id: 'f1', harness: 'other' }, { kind: 'user', id: 'local' })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('server/files') })
  await expect(world.engine.describe('ses_f1')).rejects.toMatchObject({ code: 'not_found' })
})
