import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { composeServer, type ServerOptions } from '../../src/app/compose-server.ts'
import { pathsOf } from '../../src/app/paths.ts'
import { systemIds } from '../../src/app/system-clock.ts'
import { realClock } from '../support/real-clock.ts'

it('lets go of the state folder when its port is taken', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'omni-start-'))
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const taken = other.address()
  const options: Omit<ServerOptions, 'port'> = {
    paths: pathsOf(dir), hosts: [], adapters: [], environment: {}, defaultHarness: 'scripted', clock: realClock, ids: systemIds, report: () => undefined,
  }
  onTestFinished(async () => {
    other.close()
    await rm(dir, { recursive: true, force: true })
  })

  await expect(composeServer({ ...options, port: typeof taken === 'object' ? (taken?.port ?? 0) : 0 })).rejects.toMatchObject({ code: 'conflict' })
  const next = await composeServer({ ...options, port: 0 })
  onTestFinished(() => next.close())
  expect(next.url).toMatch(/^http:/)
})
