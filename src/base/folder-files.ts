import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, readdir, realpath, rename, rm, rmdir } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'

/**
 * Files in a folder in which somebody else, an agent, may change anything at any time. No link in it is followed, and none that is
 * put there meanwhile: on Linux each folder is reached from the one that is open, not by its name again. What stands in the way of a
 * folder or a file of ours gives way to it.
 *
 * `path` is absolute or from `root`, and in it; `root` itself is the caller's, and may be a link.
 */

/** Writes a file, whole or not at all; folders on the way are made (0700). */
export async function placeFile(root: string, path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const { folders, name } = partsOf(root, path)
  await using folder = await enter(root, folders, 'all')
  const fresh = folder.at(`.${randomUUID()}`)
  try {
    await writeNew(fresh, content, mode)
    // A folder can not be written over by a file.
    if (await lstat(folder.at(name)).then((found) => found.isDirectory(), () => false)) await removeIn(folder, name)
    await rename(fresh, folder.at(name))
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
}

/**
 * Opens a file that may be anybody's: links are not followed, and none gives way.
 * @param make folders on the way are made where they are missing
 * @throws as `open` does: ELOOP or ENOTDIR where a link is in the way
 */
export async function openPlaced(root: string, path: string, flags: number, { mode = 0o600, make = false }: { readonly mode?: number; readonly make?: boolean } = {}): Promise<FileHandle> {
  const { folders, name } = partsOf(root, path)
  try {
    await using folder = await enter(root, folders, make ? 'missing' : 'none')
    return await open(folder.at(name), flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, mode)
  } catch (error) {
    throw byItsName(error, join(root, ...folders, name))
  }
}

/** Makes a folder (0700) where there is none. @returns its path */
export async function placeFolder(root: string, path: string): Promise<string> {
  const { folders, name } = partsOf(root, path)
  await using _folder = await enter(root, [...folders, name], 'all')
  return join(root, ...folders, name)
}

/** Makes a folder anew, empty. @returns its path */
export async function emptyFolder(root: string, path: string): Promise<string> {
  await removePlaced(root, path)
  return placeFolder(root, path)
}

/** The bytes of a file; undefined for what is none, a link too, and for one of more than `maxBytes`. */
export async function readPlaced(root: string, path: string, maxBytes = Infinity): Promise<Buffer | undefined> {
  const { folders, name } = partsOf(root, path)
  await using folder = await enterIfThere(root, folders)
  if (folder === undefined) return undefined
  const file = await open(folder.at(name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => undefined) // Not there, or a link.
  try {
    const stats = await file?.stat()
    return stats?.isFile() === true && stats.size <= maxBytes ? await file?.readFile() : undefined
  } finally {
    await file?.close()
  }
}

export async function removePlaced(root: string, path: string): Promise<void> {
  const { folders, name } = partsOf(root, path)
  await using folder = await enterIfThere(root, folders)
  if (folder !== undefined) await removeIn(folder, name)
}

/** Names in a folder; none where it is no folder. */
export async function namesPlaced(root: string, path: string): Promise<readonly string[]> {
  const { folders, name } = partsOf(root, path)
  await using folder = await enterIfThere(root, [...folders, name])
  return folder === undefined ? [] : await readdir(folder.at('.'))
}

/** Copies a file, or a folder with all in it but links; nothing where there is nothing. Each place: a root, and a path in it. */
export async function copyPlaced([fromRoot, from]: readonly [string, string], [toRoot, to]: readonly [string, string]): Promise<void> {
  const content = await readPlaced(fromRoot, from)
  if (content !== undefined) return placeFile(toRoot, to, content)
  for (const name of await namesPlaced(fromRoot, from)) await copyPlaced([fromRoot, join(from, name)], [toRoot, join(to, name)])
}

/**
 * Works on what is in a folder, whoever moves it meanwhile: `at` leads to a name in it.
 * @returns undefined where it is no folder, a link too
 */
export async function inPlaced<T>(root: string, path: string, work: (at: (name: string) => string) => Promise<T>): Promise<T | undefined> {
  const { folders, name } = partsOf(root, path)
  await using folder = await enterIfThere(root, [...folders, name])
  return folder === undefined ? undefined : await work((each) => folder.at(each))
}

/** True for a file, false for a link. */
export async function isPlaced(root: string, path: string): Promise<boolean> {
  const { folders, name } = partsOf(root, path)
  await using folder = await enterIfThere(root, folders)
  return folder !== undefined && await lstat(folder.at(name)).then((found) => found.isFile(), () => false)
}

interface OpenFolder extends AsyncDisposable {
  /** The path of what is in it. */
  at(name: string): string
}

/** Folders that are made: where nothing is, or where something else is as well. */
type Makes = 'none' | 'missing' | 'all'

async function enter(root: string, folders: readonly string[], makes: Makes): Promise<OpenFolder> {
  let current = await hold(await realpath(root))
  for (const name of folders) {
    const before = current
    try {
      current = await step(before, name, makes)
    } finally {
      await before[Symbol.asyncDispose]()
    }
  }
  return current
}

/** Undefined for what is not there, or no folder. */
const enterIfThere = (root: string, folders: readonly string[]): Promise<OpenFolder | undefined> => enter(root, folders, 'none').catch(() => undefined)

async function step(folder: OpenFolder, name: string, makes: Makes): Promise<OpenFolder> {
  const path = folder.at(name)
  const found = makes === 'none' ? undefined : await lstat(path).catch(() => undefined) // Not there yet.
  if (makes === 'all' && found?.isDirectory() === false) await rm(path, { force: true })
  if (makes !== 'none' && found?.isDirectory() !== true) await mkdir(path, { mode: makes === 'all' ? 0o700 : 0o777 }).catch(unlessThere)
  return hold(path)
}

/** @throws where it is a link, or no folder */
async function hold(path: string): Promise<OpenFolder> {
  const handle: FileHandle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  const here = process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : path
  return { at: (name) => join(here, name), [Symbol.asyncDispose]: () => handle.close() }
}

async function writeNew(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  await using file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, mode)
  await file.writeFile(content)
}

async function removeIn(folder: OpenFolder, name: string): Promise<void> {
  const path = folder.at(name)
  const inner = await hold(path).catch(() => undefined) // No folder: removed by its name, which no link leads away from.
  if (inner === undefined) return rm(path, { force: true })
  try {
    for (const each of await readdir(inner.at('.'))) await removeIn(inner, each)
  } finally {
    await inner[Symbol.asyncDispose]()
  }
  await rmdir(path)
}

function partsOf(root: string, path: string): { readonly folders: readonly string[]; readonly name: string } {
  const within = isAbsolute(path) ? relative(root, path) : join('.', path)
  const parts = within.split('/')
  const name = parts.pop() ?? ''
  if (name === '' || name === '.' || isAbsolute(within) || within === '..' || within.startsWith('../')) throw new TypeError(`${path} is not in ${root}`)
  return { folders: parts, name }
}

/** The system says it of a number; whoever reads it knows the file by its name. */
function byItsName(error: unknown, path: string): unknown {
  if (error instanceof Error) error.message = error.message.replace(/'\/proc\/self\/fd\/[^']*'/, `'${path}'`)
  return error
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
