import { afterAll, beforeAll, expect, it } from 'vitest'
import { createCodexAdapter } from '../../src/harness/codex/adapter.ts'
import { accountAddress, codexLoginInBox } from '../../src/harness/codex/login-in-box.ts'
import { harnessWorld, settledOf, textOf } from '../conformance/harness/harness-world.ts'
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts'

let gateway: TestGateway | undefined
beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway?.close())

it('works in a box on the plan of an account whose tokens are outside', async () => {
  const world = await harnessWorld(createCodexAdapter(), { gateway })
  const token = `head.${Buffer.from(JSON.stringify({ exp: 4_000_000_000 })).toString('base64url')}.tail`
  const made = codexLoginInBox(JSON.stringify({ OPENAI_API_KEY: null, tokens: { access_token: token, account_id: 'acc-1', refresh_token: 'never-seen' } }), (_name, value) => `${value.slice(0, -4)}OMNI`)
  if (made === undefined) throw new Error('it is no sign-in')
  const { host, pathname } = new URL(accountAddress)
  // Where the account is called, as far as the box knows; it leads to the stub.
  const services = made.credentials.map(({ value, placeholder, headers }) => ({ host, basePath: pathname, dialects: ['responses'] as const, address: world.stub.url, placeholder, credential: value, ...(headers === undefined ? {} : { headers }) }))
  const session = await world.start({ own: {}, signedIn: { text: made.text, services } })
  const signals = await world.run(session, [{ shell: 'cat $CODEX_HOME/auth.json; env' }, { say: 'it went' }])
  expect([settledOf(signals).map(({ outcome }) => outcome), textOf(signals)]).toEqual([['completed'], 'it went'])
  const calls = world.stub.requests.filter(({ side }) => !side)
  expect(calls).toHaveLength(2)
  expect(calls.map(({ authorization, headers }) => [authorization, headers['chatgpt-account-id']])).toEqual(calls.map(() => [`Bearer ${token}`, 'acc-1']))
  expect(JSON.stringify(signals)).not.toContain(token)
  expect(JSON.stringify(signals)).toContain('OMNI')
  expect(signals.filter(({ type }) => type === 'step.ended')).toEqual(expect.arrayContaining([expect.objectContaining({ billing: 'plan' })]))
})
