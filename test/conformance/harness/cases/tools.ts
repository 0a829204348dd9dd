import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { lastSent } from '../case-tools.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { redDot, textOf } from '../harness-world.ts'

/** What an agent is given to work with. */
export const toolCases: readonly ConformanceCase[] = [
  {
    name: 'shows the model an image of the prompt',
    shows: 'images',
    needsModel: true,
    async run(world) {
      const session = await world.start()
      await world.run(session, [{ say: 'a red dot' }], 'what is this?', [await world.image('dot.png')])
      expect(lastSent(world)).toMatch(/"type":"(?:image|input_image|image_url)"|"inlineData"/)
      expect(lastSent(world)).toContain(redDot.slice(0, 80))
    },
  },
  {
    name: 'offers the tools of an MCP server, asks before a call, and tells the model the result',
    shows: 'mcp',
    needsModel: true,
    async run(world) {
      const session = await world.start({ mcp: { parrot: world.mcpServer } })
      const signals = await world.run(session, [{ mcp: { server: 'parrot', tool: 'repeat', input: { text: 'polly-13' } } }, { say: 'heard' }])
      expect(world.calls.flatMap((call) => call.actions)).toContainEqual(expect.objectContaining({ kind: 'mcp.call', server: 'parrot', tool: 'repeat' }))
      expect(await readFile(join(world.workspace, 'parrot.log'), 'utf8')).toBe('polly-13\n')
      expect(lastSent(world)).toContain('parrot says polly-13')
      expect(signals).toContainEqual(expect.objectContaining({ type: 'tool.done', outcome: 'ok', output: expect.stringContaining('parrot says polly-13') }))
    },
  },
  {
    name: 'does not make a call of an MCP server that is refused',
    shows: 'mcp',
    needsModel: true,
    async run(world) {
      const session = await world.start({ mcp: { parrot: world.mcpServer }, authorize: async (call) => (call.actions.some((action) => action.kind === 'mcp.call') ? { type: 'deny', reason: 'no birds' } : { type: 'allow' }) })
      await world.run(session, [{ mcp: { server: 'parrot', tool: 'repeat', input: { text: 'polly-13' } } }, { say: 'went on' }])
      expect(world.calls.flatMap((call) => call.actions)).toContainEqual(expect.objectContaining({ kind: 'mcp.call' }))
      expect(existsSync(join(world.workspace, 'parrot.log'))).toBe(false)
    },
  },
  {
    name: 'starts without an MCP server that does not start, and says so',
    shows: 'mcp',
    limit: 'mcp-start-notice',
    needsModel: true,
    async run(world) {
      const session = await world.start({ mcp: { broken: { command: '/nowhere/at/all', args: [], env: {} } } })
      const signals = await world.run(session, [{ say: 'without it' }])
      expect(textOf(signals)).toContain('without it')
      expect(world.signals).toContainEqual(expect.objectContaining({ type: 'notice', level: 'warning', text: expect.stringContaining('broken') }))
    },
  },
  {
    name: 'shows what a sub-agent of its own does, under the call that started it',
    shows: 'subagents',
    needsModel: true,
    async run(world) {
      const session = await world.start()
      const signals = await world.run(session, [{ task: [{ shell: 'echo below > below.txt' }, { say: 'below is done' }] }, { say: 'all done' }])
      expect(existsSync(join(world.workspace, 'below.txt'))).toBe(true)
      const made = [...world.calls, ...signals.flatMap((signal) => (signal.type === 'tool.seen' ? [signal] : []))]
      // The last one: the call that starts the sub-agent has the command in its prompt.
      const below = made.find((call) => call.parent !== undefined && JSON.stringify(call.input).includes('below.txt'))
      expect(below?.parent).toBeDefined()
      expect(made.some((call) => call.call === below?.parent)).toBe(true)
    },
  },
  {
    name: 'gives commands the environment of the session',
    async run(world) {
      const session = await world.start({ env: { OMNI_SAMPLE_VALUE: 'nu-14' } })
      await world.run(session, [{ shell: 'printf %s "$OMNI_SAMPLE_VALUE" > seen.txt' }, { say: 'ok' }])
      expect(await readFile(join(world.workspace, 'seen.txt'), 'utf8')).toBe('nu-14')
    },
  },
  {
    name: 'works in the work folder',
    async run(world) {
      const session = await world.start()
      await world.run(session, [{ shell: 'pwd > where.txt' }, { say: 'ok' }])
      expect((await readFile(join(world.workspace, 'where.txt'), 'utf8')).trim()).toBe(world.workspace)
    },
  },
  {
    name: 'works in a folder whose name has spaces, quotes and letters of other scripts',
    async run(world) {
      const workspace = await world.folder("odd 'name' – 漢字")
      const session = await world.start({ workspace })
      await world.run(session, [{ shell: 'echo here > here.txt' }, { write: { path: join(workspace, 'b.md'), content: 'b\n' } }, { say: 'ok' }])
      expect(await readFile(join(workspace, 'here.txt'), 'utf8')).toBe('here\n')
      expect(await readFile(join(workspace, 'b.md'), 'utf8')).toBe('b\n')
    },
  },
]
