import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClaudeCodeAdapter } from '../../../src/harness/claude-code/adapter.ts'
import { createCodexAdapter } from '../../../src/harness/codex/adapter.ts'
import { createPiAdapter } from '../../../src/harness/pi/adapter.ts'
import { openTestGateway, type TestGateway } from '../../support/test-gateway.ts'
import { harnessWorld, settledOf, textOf } from './harness-world.ts'

let gateway: TestGateway | undefined
beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway?.close())

it.each([createClaudeCodeAdapter(), createCodexAdapter(), createPiAdapter({ node: process.execPath })])('$id works in a network that leads to names only', async (adapter) => {
  const world = await harnessWorld(adapter, { gateway, routes: false })
  const signals = await world.run(await world.start(), [{ shell: 'curl -sS -m 9 https://example.org/; curl -sS -m 9 http://93.184.216.34/ 2>&1' }, { say: 'it went' }])
  expect([settledOf(signals).map(({ outcome }) => outcome), textOf(signals)]).toEqual([['completed'], 'it went'])
  // The name led to the gateway, which says no; the address led nowhere.
  const said = JSON.stringify(world.stub.requests.at(-1)?.body)
  expect(said).toContain('test/no-network')
  expect(said).toMatch(/curl: \(\d+\) [^"]*93\.184\.216\.34/)
})
