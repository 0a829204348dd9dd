import { join } from 'node:path'
import { isPlaced, placeFile, readPlaced, removePlaced } from '../base/folder-files.ts'
import type { HarnessContext } from '../spec/ports/harness.ts'
import { broughtAlong, broughtMeta, BroughtRecord } from '../spec/ports/earlier-conversations.ts'
import type { VendorLogin } from '../spec/ports/vendor-login.ts'

/** True when the program gets a configuration folder of its own in the session's private one: its calls go elsewhere, or it is in a box with walls. */
export const ownsSetUp = ({ route, users }: Pick<HarnessContext, 'route' | 'users'>): boolean => route !== undefined || users !== undefined

/** The environment that says where the user's own set-up of the program is. */
export const usersEnv = ({ users, env }: Pick<HarnessContext, 'users' | 'env'>): HarnessContext['env'] => users ?? env

/** Puts the login's file of a box into the program's own folder, and takes one of before away. */
export async function layDownLogin(folder: string, { file }: VendorLogin, { home, login, users }: Pick<HarnessContext, 'home' | 'login' | 'users'>): Promise<void> {
  if (file === undefined || users === undefined) return
  const path = join(folder, file.name)
  if (login === undefined) await removePlaced(home, path)
  else await placeFile(home, path, login)
}

/**
 * A conversation that was had by hand, laid down where a program with a folder of its own looks for it; what is there already stays.
 * @param folder the program's own, in the session's private one
 * @returns the record's path; undefined when the session goes on with no such conversation
 */
export async function layDownRecord(harness: string, folder: string, context: Pick<HarnessContext, 'home' | 'resume' | 'route' | 'users'>): Promise<string | undefined> {
  const { home, resume } = context
  if (resume === undefined || !ownsSetUp(context)) return undefined
  const meta = await readPlaced(home, broughtMeta(harness))
  const content = await readPlaced(home, broughtAlong(harness))
  if (meta === undefined || content === undefined) return undefined
  const along = BroughtRecord.safeParse(String(meta)).data
  if (along?.token !== resume) return undefined
  const path = join(folder, along.within)
  if (!(await isPlaced(home, path))) await placeFile(home, path, content)
  return path
}
