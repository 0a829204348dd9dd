import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HarnessContext } from '../spec/ports/harness.ts'
import type { VendorLogin } from '../spec/ports/vendor-login.ts'

/** True when the program gets a configuration folder of its own in the session's private one: its calls go elsewhere, or it is in a box with walls. */
export const ownsSetUp = ({ route, users }: Pick<HarnessContext, 'route' | 'users'>): boolean => route !== undefined || users !== undefined

/** The environment that says where the user's own set-up of the program is. */
export const usersEnv = ({ users, env }: Pick<HarnessContext, 'users' | 'env'>): HarnessContext['env'] => users ?? env

/** Puts the login's file of a box into the program's own folder, and takes one of before away. */
export async function layDownLogin(folder: string, { file }: VendorLogin, { login, users }: Pick<HarnessContext, 'login' | 'users'>): Promise<void> {
  if (file === undefined || users === undefined) return
  const path = join(folder, file.name)
  if (login === undefined) await rm(path, { force: true })
  else await writeFile(path, login, { mode: 0o600 })
}
