import { realpath } from 'node:fs/promises'
import { userPath } from '../base/user-path.ts'
import { refuseBeyond } from '../spec/agent/beyond-ceiling.ts'
import type { BoxCeiling } from '../spec/agent/box-ceiling.ts'
import { variableNames } from '../spec/agent/references.ts'
import type { SessionSetup } from '../spec/ports/host-link.ts'
import type { HostOptions } from './host-options.ts'

/**
 * Asked before every turn, because ceilings change: what a session asks for is within the server's and this machine's. What counts
 * of a path is where it leads.
 * @throws {AppError} 'forbidden'
 */
export async function keepToCeilings(setup: SessionSetup, { environment, settings }: Pick<HostOptions, 'environment' | 'settings'>): Promise<void> {
  const ceilings = [['The server', setup.ceiling], ['This machine', await settings.ceiling?.()]] as const
  const home = environment['HOME'] ?? '/'
  const workspace = await whereTo(setup.workspace.path)
  const led = (paths: readonly string[] | undefined) => paths === undefined ? undefined : Promise.all(paths.map((path) => whereTo(userPath(path, { workspace, home }))))
  const asked = { profile: setup.sandbox.profile, read: await led(setup.sandbox.read), write: await led(setup.sandbox.write), env: variablesOf(setup) }
  for (const [whose, ceiling] of ceilings) {
    if (ceiling !== undefined) refuseBeyond(asked, { ...ceiling, read: await led(ceiling.read), write: await led(ceiling.write) } satisfies BoxCeiling, { workspace, home, whose })
  }
}

const whereTo = (path: string): Promise<string> => realpath(path).catch(() => path) // Not there: nothing is behind its name.

/** Those let in by name, and those that values are made of. */
function variablesOf({ env, mcp = {} }: SessionSetup): readonly string[] {
  const servers = Object.values(mcp).flatMap((server) => Object.values('env' in server ? server.env : server.headers))
  return [...new Set([...env.pass, ...[...Object.values(env.set), ...servers].flatMap(variableNames)])]
}
