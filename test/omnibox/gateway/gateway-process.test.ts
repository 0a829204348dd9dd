import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startGateway } from '../../../src/app/process/start-gateway.ts'
import { entryFile } from '../../../src/app/version.ts'
import { createGatewayClient, type GatewayLink } from '../../../src/omnibox/gateway/gateway-client.ts'
import { createLinuxOmnibox } from '../../../src/omnibox/linux/linux-omnibox.ts'
import type { ModelService } from '../../../src/spec/net/model-service.ts'
import type { NetVerdict } from '../../../src/spec/net/net-request.ts'
import { emptyTable } from '../../../src/spec/net/static-table.ts'
import type { GatewayWord, SessionWay } from '../../../src/spec/ports/gateway.ts'
import type { Verdict } from '../../../src/spec/ports/harness.ts'
import { countingIds } from '../../support/counting-ids.ts'
import { realClock } from '../../support/real-clock.ts'

const netnsProgram = [process.execPath, join(import.meta.dirname, '../../../src/omnibox/linux/netns-program.ts')]
const key = 'sk-real-0123456789abcdef'
const placeholder = 'sk-real-OMNI456789abcdef'

async function folder(name: string): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), `omni-${name}-`))
  onTestFinished(() => rm(made, { recursive: true, force: true }))
  return made
}

/** A model service that says what it was asked with. */
async function service() {
  const seen: { path: string; key: string }[] = []
  const held: { end(): void }[] = []
  const server = createServer((request, response) => {
    void text(request).then(() => {
      seen.push({ path: request.url ?? '', key: String(request.headers['x-api-key']) })
      response.writeHead(200, { 'content-type': 'application/json' })
      const answer = JSON.stringify({ type: 'message', role: 'assistant', content: [], model: 'm-1', usage: { input_tokens: 10, output_tokens: 5 }, stop_reason: 'end_turn', said: request.headers['x-api-key'] })
      if (request.headers['x-hold'] === undefined) response.end(answer)
      else held.push({ end: () => response.end(answer) })
      response.flushHeaders()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return { seen, held, address: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/base` }
}

interface Answers {
  readonly net?: (path: string) => NetVerdict | undefined
  readonly model?: () => Verdict
}

/** A box whose way out is a gateway process of its own. */
async function openWorld(routes: boolean, answers: Answers) {
  const [base, workspace, home] = [await folder('gateway'), await folder('work'), await folder('home')]
  const links: GatewayLink[] = []
  const words: GatewayWord[] = []
  const problems: string[] = []
  const gateway = createGatewayClient({
    clock: realClock, report: (problem) => void problems.push(problem),
    start: async (hear) => {
      const link = await startGateway({ args: [entryFile, 'gateway'], env: { PATH: process.env['PATH'] ?? '', HOME: base }, logFile: join(base, 'gateway.log') }, hear)
      links.push(link)
      return link
    },
  })
  onTestFinished(() => gateway.close())
  const upstream = await service()
  const services: ModelService[] = [{ host: 'models.omnibox.internal', basePath: '/one', dialects: ['messages'], address: upstream.address, placeholder, credential: key }]
  const way: SessionWay = await gateway.open({ session: 'ses_1', secrets: [], services, table: emptyTable, patienceMs: 60_000 }, (word) => {
    words.push(word)
    if (word.type === 'net.wanted') {
      const verdict = answers.net === undefined ? ({ type: 'allow' } as const) : answers.net(word.request.path)
      if (verdict !== undefined) way.tell({ type: 'net.verdict', request: word.request.id, verdict })
    }
    if (word.type === 'model.wanted') way.tell({ type: 'model.verdict', call: word.call, verdict: answers.model?.() ?? { type: 'allow' } })
  })
  const omnibox = createLinuxOmnibox({ clock: realClock, ids: countingIds(), machine: { secrets: [], state: join(base, 'state') }, dir: join(base, 'boxes'), netnsProgram, routes })
  const box = await omnibox.open({ name: 'workspace', workspace, home, way })
  onTestFinished(async () => {
    await box.close()
    await way.close()
  })
  const start = (script: string) => {
    const child = box.spawn({ file: '/bin/sh', args: ['-c', script], cwd: workspace, env: { PATH: '/usr/bin:/bin' } })
    child.stdin.end()
    return Promise.all([text(child.stdout), text(child.stderr)]).then(([out, err]) => `${out}${err}`)
  }
  const ofType = <Type extends GatewayWord['type']>(type: Type) => words.filter((word): word is Extract<GatewayWord, { type: Type }> => word.type === type)
  return { start, way, words, ofType, links, upstream, problems }
}

const call = (more = '') => `curl -sS -m 20 ${more} -H 'x-api-key: ${placeholder}' -H 'content-type: application/json' -d '{"model":"m-1","max_tokens":100,"messages":[]}' https://models.omnibox.internal/one/v1/messages`

describe.each([{ leads: 'names and addresses', routes: true }, { leads: 'names only', routes: false }])('a network that leads to $leads', ({ routes }) => {
  const world = (answers: Answers = {}) => openWorld(routes, answers)

  it('asks about what leaves a box, and says no in words that a program can read', async () => {
    const { start, ofType } = await world({ net: () => ({ type: 'deny', rule: 'server/no', message: 'Not there.' }) })
    expect(JSON.parse(await start('curl -sS -m 10 https://example.org/some/where?x=1'))).toEqual({ error: { code: 'refused', rule: 'server/no', message: 'Not there.' } })
    expect(ofType('net.wanted').map(({ request }) => [request.session, request.method, request.host, request.path, request.query])).toEqual([['ses_1', 'GET', 'example.org', '/some/where', 'x=1']])
    await expect.poll(() => ofType('told').map(({ event }) => event.type === 'decided' && [event.verdict, event.rule])).toEqual([['denied', 'server/no']])
  })

  it('makes model calls with the real key, which the box never sees, and says what they used', async () => {
    const { start, ofType, upstream } = await world()
    const answer = await start(call())
    expect(answer).toContain(placeholder)
    expect(answer).not.toContain(key)
    expect(upstream.seen).toEqual([{ path: '/base/v1/messages', key }])
    expect(ofType('model.wanted')).toMatchObject([{ model: 'm-1', tokens: { output: 100 } }])
    await expect.poll(() => ofType('model.done')).toMatchObject([{ call: ofType('model.wanted')[0]?.call, model: 'm-1', usage: { input: 10, output: 5 } }])
  })

  it('makes none that it is told not to', async () => {
    const { start, ofType, upstream } = await world({ model: () => ({ type: 'deny', reason: 'The money is spent.' }) })
    expect(await start(call())).toContain('The money is spent.')
    expect(upstream.seen).toEqual([])
    await expect.poll(() => ofType('model.done').map(({ usage }) => usage)).toEqual([undefined])
  })

  it('does not take a call with another key for the session’s own', async () => {
    const { start, ofType, upstream } = await world({ net: () => ({ type: 'deny', rule: 'server/no', message: 'No.' }) })
    expect(await start(call().replace(placeholder, 'sk-somebody-elses'))).toContain('"rule":"server/no"')
    expect([upstream.seen, ofType('model.wanted')]).toEqual([[], []])
  })

  it('fails closed when the gateway is killed, and goes on with the next one: the same programs, the same certificates', async () => {
    const { start, ofType, links, upstream, problems } = await world({ net: (path) => (path === '/wait' ? undefined : { type: 'deny', rule: 'server/no', message: 'No.' }) })
    const [parked, underWay] = [start('curl -sS -m 20 https://example.org/wait'), start(call("-H 'x-hold: 1'"))]
    await expect.poll(() => [ofType('net.wanted').length, upstream.held.length]).toEqual([1, 1])
    process.kill(links[0]?.pid ?? 0, 'SIGKILL')
    expect(await parked).toMatch(/curl: \(\d+\)/)
    expect(await underWay).toMatch(/curl: \(\d+\)/)
    // What waited waits no more; what the call used nobody will say.
    expect(ofType('net.withdrawn').map(({ request }) => request)).toEqual([ofType('net.wanted')[0]?.request.id])
    expect(ofType('model.done')).toMatchObject([{ usage: { output: 100 }, estimated: true }])
    await expect.poll(() => links.length).toBe(2)
    await expect.poll(() => start('curl -sS -m 5 https://example.org/again'), { timeout: 10_000, interval: 100 }).toContain('"rule":"server/no"')
    expect(await start(call())).toContain('end_turn')
    expect(problems).toEqual(['the gateway died; it is started again'])
  })
})
