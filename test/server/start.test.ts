import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { composeServer, type ServerOptions } from '../../src/app/compose-server.ts'
import { pathsOf } from '../../src/app/paths.ts'
import { openServerPolicyDesk } from '../../src/app/server-policy-desk.ts'
import { systemIds } from '../../src/app/system-clock.ts'
import { realClock } from '../support/real-clock.ts'

async function startOptions(): Promise<Omit<ServerOptions, 'port'>> {
  const dir = await mkdtemp(join(tmpdir(), 'omni-start-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const policies = await openServerPolicyDesk({ path: pathsOf(dir).serverConfig, clock: realClock, report: () => undefined })
  onTestFinished(() => policies.close())
  return { paths: pathsOf(dir), hosts: [], adapters: [], environment: {}, defaultHarness: async () => 'scripted', defaultProfile: async () => undefined, clock: realClock, ids: systemIds, policies, report: () => undefined }
}

it('lets go of the state folder when its port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const taken = other.address()
  const options = await startOptions()
  onTestFinished(() => void other.close())

  await expect(composeServer({ ...options, port: typeof taken === 'object' ? (taken?.port ?? 0) : 0 })).rejects.toMatchObject({ code: 'conflict' })
  const next = await composeServer({ ...options, port: 0 })
  onTestFinished(() => next.close())
  expect(next.url).toMatch(/^http:/)
})

it('sends a host away that dials in before there is an engine: it comes again', async () => {
  const options = await startOptions()
  const early = Promise.withResolvers<Socket>()
  const server = await composeServer({ ...options, port: 0, onLocked: () => early.resolve(connect(options.paths.serverSocket)) })
  onTestFinished(() => server.close())
  const socket = await early.promise
  socket.on('error', () => undefined)
  if (!socket.destroyed) await once(socket.resume(), 'close')
  const later = connect(options.paths.serverSocket)
  later.write(`${JSON.stringify({ type: 'hello', host: 'h', epoch: 'e', name: 'n', version: 1, build: 'b', harnesses: [] })}\n`)
  const [answer] = await once(later, 'data') as [Buffer]
  expect(answer.toString()).toContain('"welcome"')
  later.destroy()
})
