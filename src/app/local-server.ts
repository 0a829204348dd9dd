import type { Config } from './config.ts'
import { pathsOf } from './paths.ts'
import { startBackground } from './process/start-background.ts'
import { isAlive, makeFolders, readState, readToken } from './run-folder.ts'
import { entryFile } from './version.ts'
import { join } from 'node:path'

export interface LocalServer {
  readonly url: string
  readonly token: string
  readonly pid: number
}

const startWithinMs = 20_000

/** The server that runs on this state folder; undefined when none answers. */
export async function findServer(config: Config): Promise<LocalServer | undefined> {
  const paths = pathsOf(config.home)
  const state = await readState(paths.serverState)
  if (state?.url === undefined || !isAlive(state.pid)) return undefined
  // Another program may have got the pid: only an answer counts.
  const answers = await fetch(`${state.url}/v1/health`, { signal: AbortSignal.timeout(2_000) }).then((response) => response.ok, () => false)
  return answers ? { url: state.url, token: await readToken(paths), pid: state.pid } : undefined
}

/** Finds it, or starts it in the background. Of several that start at once one wins, and all get that one. */
export async function ensureServer(config: Config, port = config.port): Promise<LocalServer & { readonly started: boolean }> {
  const running = await findServer(config)
  if (running !== undefined) return { ...running, started: false }
  const paths = pathsOf(config.home)
  await makeFolders(paths)
  try {
    await startBackground({
      args: [entryFile, 'server', 'start', '--foreground', '--port', String(port)], env: config.environment,
      logFile: join(paths.logs, 'server.log'), readyWithinMs: startWithinMs,
    })
  } catch (error) {
    // Lost the race against another start: then that one answers.
    const other = await findServer(config)
    if (other === undefined) throw error
  }
  const started = await findServer(config)
  if (started === undefined) throw new Error('the server said that it is ready and does not answer')
  return { ...started, started: true }
}
