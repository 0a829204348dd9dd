import type { Config } from './config.ts'
import { findServer } from './local-server.ts'
import { pathsOf } from './paths.ts'
import { isAlive, readState } from './run-folder.ts'

const graceMs = 10_000
const lookEveryMs = 25

/** Asks the server to end and waits until it is gone. False when none ran. */
export async function stopServer(config: Config): Promise<boolean> {
  const server = await findServer(config)
  return server !== undefined && endProcess(server.pid)
}

/** Ends the local host with its boxes. False when none ran. */
export async function stopHost(config: Config): Promise<boolean> {
  const state = await readState(pathsOf(config.home).hostState)
  return state !== undefined && isAlive(state.pid) && endProcess(state.pid)
}

/** SIGTERM, then SIGKILL after ten seconds. Another process can not be awaited, only looked at. */
async function endProcess(pid: number): Promise<boolean> {
  process.kill(pid, 'SIGTERM')
  const deadline = performance.now() + graceMs
  while (isAlive(pid)) {
    if (performance.now() > deadline) process.kill(pid, 'SIGKILL')
    await new Promise<void>((resolve) => setTimeout(() => resolve(), lookEveryMs))
  }
  return true
}
