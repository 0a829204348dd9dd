import { expect, it } from 'vitest'
import type { HarnessContext, Verdict } from '../../spec/ports/harness.ts'
import type { JsonProgram, JsonRecord } from '../json-program.ts'
import type { McpServers } from '../mcp-servers/mcp-servers.ts'
import { gateTitle, mcpTitle } from './gate-extension.ts'
import { PiCalls } from './pi-calls.ts'
import { PiRpc } from './pi-rpc.ts'

const tool = { name: 'mcp__parrot__repeat', server: 'parrot', tool: 'repeat', description: '', inputSchema: {} }

/** A program that asks what a test asks, and a server that writes down what it is called with. */
function world(verdict: Verdict | Promise<Verdict> = { type: 'allow' }) {
  const made: JsonRecord[] = []
  const servers: McpServers = { tools: [tool], call: async (_tool, input) => (made.push(input), { text: 'said', failed: false }), keeps: () => false, close: async () => undefined }
  const answered = Promise.withResolvers<JsonRecord>()
  let hear = answered
  const rpc = new PiRpc()
  const program: JsonProgram = { pid: 1, gone: new Promise(() => undefined), stop: async () => undefined, send: (message) => hear.resolve(JSON.parse(String((message as { value: unknown }).value)) as JsonRecord) }
  rpc.attach(program)
  // Proof: the calls use these two members of it.
  const context = { emit: () => undefined, authorize: async () => verdict } as unknown as HarnessContext
  const calls = new PiCalls(context, rpc, servers)
  const ask = (title: string, question: object): Promise<JsonRecord> => {
    hear = Promise.withResolvers<JsonRecord>()
    calls.hearQuestion({ id: 'q', method: 'input', title, placeholder: JSON.stringify(question) })
    return hear.promise
  }
  return { made, ask, calls }
}

it('makes a call of a server once, with what passed the gate', async () => {
  const { made, ask } = world()
  expect(await ask(gateTitle, { id: 'c1', name: tool.name, input: { text: 'asked' } })).toEqual({ allow: true })
  expect(await ask(mcpTitle, { id: 'c1', input: { text: 'another' } })).toEqual({ text: 'said', failed: false })
  expect(made).toEqual([{ text: 'asked' }])
  expect(await ask(mcpTitle, { id: 'c1' })).toMatchObject({ failed: true })
  expect(made).toHaveLength(1)
})

it('makes no call of a server that did not pass the gate', async () => {
  const { made, ask } = world({ type: 'deny', reason: 'no birds' })
  expect(await ask(mcpTitle, { id: 'never-asked' })).toMatchObject({ failed: true })
  expect(await ask(gateTitle, { id: 'c1', name: tool.name, input: {} })).toEqual({ allow: false, reason: 'no birds' })
  expect(await ask(mcpTitle, { id: 'c1' })).toMatchObject({ failed: true })
  expect(made).toEqual([])
})

it('answers no when the turn is stopped while the gate is silent, and a late yes opens nothing', async () => {
  const late = Promise.withResolvers<Verdict>()
  const { made, ask, calls } = world(late.promise)
  const answer = ask(gateTitle, { id: 'c1', name: tool.name, input: {} })
  calls.stop()
  expect(await answer).toMatchObject({ allow: false })
  late.resolve({ type: 'allow' })
  expect(await ask(mcpTitle, { id: 'c1' })).toMatchObject({ failed: true })
  expect(made).toEqual([])
})
