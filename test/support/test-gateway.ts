import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGateway } from '../../src/app/process/start-gateway.ts'
import { entryFile } from '../../src/app/version.ts'
import { createGatewayClient } from '../../src/omnibox/gateway/gateway-client.ts'
import type { Gateway } from '../../src/spec/ports/gateway.ts'
import { realClock } from './real-clock.ts'

const gatewayProgram = join(import.meta.dirname, 'gateway-program.ts')

export interface TestGateway extends Gateway {
  /** What went wrong in it. */
  log(): Promise<string>
}

/** A real gateway process, for the boxes of one suite. @param rootFile of upstreams on this machine, to which every name leads then */
export async function openTestGateway(rootFile?: string): Promise<TestGateway> {
  const dir = await mkdtemp(join(tmpdir(), 'omni-gateway-'))
  const logFile = join(dir, 'gateway.log')
  const gateway = createGatewayClient({ clock: realClock, report: () => undefined, start: (hear) => startGateway({ args: rootFile === undefined ? [entryFile, 'gateway'] : [gatewayProgram, rootFile], env: { PATH: process.env['PATH'] ?? '', HOME: dir }, logFile }, hear) })
  return {
    ...gateway,
    log: () => readFile(logFile, 'utf8'),
    async close() {
      await gateway.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
