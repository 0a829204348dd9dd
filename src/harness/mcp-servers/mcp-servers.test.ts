import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { countingIds } from '../../../test/support/counting-ids.ts'
import { realClock } from '../../../test/support/real-clock.ts'
import { createOffOmnibox } from '../../omnibox/off/off-omnibox.ts'
import type { HarnessSignal, McpServer } from '../../spec/ports/harness.ts'
import { mcpCall, startMcpServers } from './mcp-servers.ts'
import { resultImages } from './result-images.ts'
import { resultText } from './result-text.ts'
import { toolNames } from './tool-names.ts'

const parrotServer = join(import.meta.dirname, '../../../test/support/parrot-server.mjs')

async function world(more: (log: string) => Readonly<Record<string, McpServer>> = () => ({})) {
  const workspace = await mkdtemp(join(tmpdir(), 'omni-mcp-'))
  const box = await createOffOmnibox({ clock: realClock, ids: countingIds(`${process.pid}`) }).open({ name: 'off', workspace, home: workspace })
  const signals: HarnessSignal[] = []
  const ending = new AbortController()
  const log = join(workspace, 'parrot.log')
  const parrot = { command: process.execPath, args: [parrotServer], env: { PARROT_LOG: log } }
  const env = { PATH: process.env['PATH'] ?? '', ANTHROPIC_API_KEY: 'not-for-servers' }
  const servers = await startMcpServers({ box, workspace, env, signal: ending.signal, emit: (signal) => signals.push(signal), mcp: { parrot, ...more(log) } })
  onTestFinished(async () => {
    await servers.close()
    await box.close()
    await rm(workspace, { recursive: true, force: true })
  })
  const [repeat] = servers.tools
  if (repeat === undefined) throw new Error('the parrot offers no tool')
  return { servers, repeat, box, signals, ending, log }
}

it('offers the tools of a server under names that models take, and makes calls', async () => {
  const { servers, repeat, log } = await world()
  expect(repeat).toEqual({ name: 'mcp__parrot__repeat', server: 'parrot', tool: 'repeat', description: 'Says the text again.', inputSchema: expect.objectContaining({ type: 'object' }) })
  expect(mcpCall(repeat, { text: 'hi' })).toEqual({ tool: 'parrot.repeat', title: 'parrot: repeat', input: { text: 'hi' }, actions: [{ kind: 'mcp.call', server: 'parrot', tool: 'repeat', outbound: 'unknown' }] })
  expect(await servers.call(repeat, { text: 'hi' })).toEqual({ text: 'parrot says hi', failed: false })
  expect(await readFile(log, 'utf8')).toBe('hi\n')
})

it('goes on without a server that does not start, and hides what it was given', async () => {
  const dies = { command: process.execPath, args: ['-e', 'console.error(process.env.TOKEN); process.exit(3)'], env: { TOKEN: 'hush-4711' } }
  const { servers, signals } = await world(() => ({ dies, missing: { command: '/nowhere/at/all', args: [], env: {} } }))
  expect(servers.tools.map((tool) => tool.server)).toEqual(['parrot'])
  const notices = signals.map((signal) => (signal.type === 'notice' ? signal.text : ''))
  expect(notices).toEqual(expect.arrayContaining([expect.stringMatching(/dies did not start.*exit 3.*\[hidden\]/s), expect.stringContaining('missing did not start')]))
  expect(notices.join('')).not.toContain('hush-4711')
})

it('gives a server its own variables and no key of a model', async () => {
  const tells = (log: string) => ({ command: process.execPath, args: ['-e', `require('node:fs').writeFileSync(${JSON.stringify(`${log}.env`)}, JSON.stringify(process.env))`], env: { OWN: 'yes' } })
  const { log } = await world((file) => ({ tells: tells(file) }))
  const seen = JSON.parse(await readFile(`${log}.env`, 'utf8')) as Record<string, string>
  expect(seen['OWN']).toBe('yes')
  expect(seen['PATH']).toBe(process.env['PATH'])
  expect(seen['ANTHROPIC_API_KEY']).toBeUndefined()
})

it('tells the model when a server has ended, and people once', async () => {
  const { servers, repeat, box, signals } = await world()
  for (const each of await box.processes()) if (servers.keeps(each)) process.kill(each.pid, 'SIGKILL')
  await expect.poll(() => signals).toEqual([{ type: 'notice', level: 'warning', text: 'The tool server parrot has ended; its tools fail from now on.' }])
  expect(await servers.call(repeat, { text: 'hi' })).toMatchObject({ failed: true, text: expect.stringContaining('parrot') })
})

it('ends a call that is called off', async () => {
  const { servers, repeat } = await world()
  expect(await servers.call(repeat, { text: 'hi' }, AbortSignal.abort())).toMatchObject({ failed: true })
})

it('leaves nothing running', async () => {
  const first = await world()
  await first.servers.close()
  expect(await first.box.processes()).toEqual([])
  const second = await world()
  second.ending.abort()
  await expect.poll(() => second.box.processes()).toEqual([])
  expect(second.signals).toEqual([])
})

it('speaks with a server at an address, and sends its headers', async () => {
  const seen: IncomingHttpHeaders[] = []
  const tools = [{ name: 'far', inputSchema: { type: 'object' } }]
  const answers: Readonly<Record<string, object>> = {
    initialize: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'far', version: '1' } }, 'tools/list': { tools }, 'tools/call': { content: [{ type: 'text', text: 'from afar' }] },
  }
  const http = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push(request.headers)
      const { id, method } = body === '' ? {} : (JSON.parse(body) as { id?: number; method?: string })
      const result = answers[method ?? '']
      if (id === undefined) return response.writeHead(request.method === 'POST' ? 202 : 405).end()
      response.writeHead(200, { 'content-type': 'application/json' })
      return response.end(JSON.stringify({ jsonrpc: '2.0', id, ...(result === undefined ? { error: { code: -32_601, message: 'no' } } : { result }) }))
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void http.close())
  const address = http.address()
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/mcp`
  const { servers, signals } = await world(() => ({ far: { url, headers: { authorization: 'Bearer far-key' } } }))
  expect(signals).toEqual([])
  const far = servers.tools.find((tool) => tool.server === 'far')
  expect(far === undefined ? undefined : await servers.call(far, {})).toEqual({ text: 'from afar', failed: false })
  expect(seen.every((headers) => headers['authorization'] === 'Bearer far-key')).toBe(true)
})

it('keeps names apart, short and plain', () => {
  const tool = (server: string, name: string) => ({ server, tool: name, description: '', inputSchema: {} })
  const names = toolNames([tool('a', 'b.c'), tool('a', 'b/c'), tool('s'.repeat(80), 'x'), tool('s'.repeat(80), 'y')]).map((each) => each.name)
  expect(names.slice(0, 2)).toEqual(['mcp__a__b_c', 'mcp__a__b_c_2'])
  expect(new Set(names).size).toBe(4)
  expect(Math.max(...names.map((name) => name.length))).toBe(64)
})

it('cuts a long result in the middle, and says what it does not show', () => {
  const long = resultText({ content: [{ type: 'text', text: `start ${'x'.repeat(50_000)} end` }] })
  expect(long.length).toBeLessThan(30_100)
  expect(long).toMatch(/^start x+\n\[20010 characters left out here\]\nx+ end$/)
  expect(resultText({ content: [{ type: 'image', mimeType: 'image/png', data: 'aaaa' }] })).toBe('[image/png, 4 characters of base64, not shown]')
  const fake = { type: 'image', mimeType: 'image/png', data: 'aaaa' } as const
  const real = { type: 'image', mimeType: 'image/jpeg', data: Buffer.from('GIF89a and so on').toString('base64') } as const
  expect(resultImages({ content: [fake, real] })).toEqual([{ mediaType: 'image/gif', data: real.data, part: real }])
  expect(resultText({ content: [fake, real] }, [real])).toBe('[image/png, 4 characters of base64, not shown]\n[a picture]')
  expect(resultText({ content: [], structuredContent: { a: 1 } })).toBe('{"a":1}')
})
