import { mkdir, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { AppError } from '../spec/app-error.ts'
import type { SessionSetup } from '../spec/ports/host-link.ts'
import type { HostOptions } from './host-options.ts'
import { TurnFailure } from './turn-failure.ts'

/** The private folder of a session, absolute; not made yet. @throws {AppError} 'invalid' for an id that could lead elsewhere. */
export function sessionHome({ homeDir }: Pick<HostOptions, 'homeDir'>, session: string): string {
  if (!/^[\w-]{1,128}$/.test(session)) throw new AppError('invalid', 'The session has an id that cannot name a folder.')
  return join(homeDir, 'sessions', session)
}

/** The folder that a session works in, absolute; a temporary one is made. @throws {TurnFailure} when it is not there */
export async function workFolder({ workspace: { mode, path } }: SessionSetup, home: string): Promise<string> {
  if (mode === 'temp' && path === '') {
    const made = join(home, 'work')
    await mkdir(made, { recursive: true, mode: 0o700 })
    return made
  }
  if (mode === 'temp' && isAbsolute(path)) await mkdir(path, { recursive: true, mode: 0o700 })
  const there = isAbsolute(path) && (await stat(path).then((found) => found.isDirectory(), () => false))
  if (!there) throw new TurnFailure(`The work folder ${path} is not there.`, 'Make it again, or start a session in another folder.')
  return path
}
