import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGateway } from '../../src/app/process/start-gateway.ts'
import { entryFile } from '../../src/app/version.ts'
import { createGatewayClient } from '../../src/omnibox/gateway/gateway-client.ts'
import type { Gateway } from '../../src/spec/ports/gateway.ts'
import { realClock } from './real-clock.ts'

export interface TestGateway extends Gateway {
  /** What went wrong in it. */
  log(): Promise<string>
}

/** A real gateway process, for the boxes of one suite. */
export async function openTestGateway(): Promise<TestGateway> {
  const dir = await mkdtemp(join(tmpdir(), 'omni-gateway-'))
  const logFile = join(dir, 'gateway.log')
  const gateway = createGatewayClient({ clock: realClock, report: () => undefined, start: (hear) => startGateway({ args: [entryFile, 'gateway'], env: { PATH: process.env['PATH'] ?? '', HOME: dir }, logFile }, hear) })
  return {
    ...gateway,
    log: () => readFile(logFile, 'utf8'),
    async close() {
      await gateway.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
