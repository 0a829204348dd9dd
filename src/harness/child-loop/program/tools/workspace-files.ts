import { constants } from 'node:fs'
import { mkdir, open, readdir, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { placeInWorkspace } from '../../place-in-workspace.ts'

/** An answer that the model is told as a failed call. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure'
}

const maxBytes = 20 * 1024 * 1024

export interface FilePlace {
  readonly workspace: string
  /** As the model named it: what it is told. */
  readonly path: string
  /** The real path that was allowed. */
  readonly allowed: string
}

/**
 * Opens exactly the file that was allowed: a link put in its way since then is refused.
 * @throws {ToolFailure} in words for the model.
 */
async function openAllowed(place: FilePlace, flags: number): Promise<FileHandle> {
  await stillThere(place)
  const { path, allowed } = place
  // O_NONBLOCK: opening a named pipe must not wait for its writer.
  const file = await open(allowed, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o644).catch((error: NodeJS.ErrnoException) => {
    throw new ToolFailure(error.code === 'ENOENT' ? `${path} does not exist.` : error.code === 'ELOOP' ? `${path} is a link that leads nowhere.` : `${path} can not be opened (${error.code ?? error.message}).`)
  })
  const found = await file.stat()
  if (found.isFile()) return file
  await file.close()
  throw new ToolFailure(`${path} is not a regular file.`)
}

async function stillThere({ workspace, path, allowed }: FilePlace): Promise<void> {
  if ((await placeInWorkspace(workspace, path)) !== allowed) throw new ToolFailure(`${path} has changed its place since the call was allowed. Try again.`)
}

/** The bytes of a file. @throws {ToolFailure} when it is too large to be read at once. */
export async function readAllowed(place: FilePlace): Promise<Buffer> {
  await using file = await openAllowed(place, constants.O_RDONLY)
  const { size } = await file.stat()
  if (size > maxBytes) throw new ToolFailure(`${place.path} has ${size} bytes, too many to read at once. Use search, or sed -n in the shell.`)
  return await file.readFile()
}

/** Replaces a file wholly, or makes it, with its folders. True when it is new. */
export async function writeAllowed(place: FilePlace, content: string): Promise<boolean> {
  const isNew = await stat(place.allowed).then(() => false, () => true)
  await stillThere(place)
  await mkdir(dirname(place.allowed), { recursive: true })
  await using file = await openAllowed(place, constants.O_WRONLY | constants.O_CREAT)
  await file.truncate(0)
  await file.writeFile(content)
  return isNew
}

/** True for bytes that are no text: a NUL near the start, as git has it, or no UTF-8. */
export function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 8_000).includes(0)
}

/** The names in a folder, or undefined when it is none. */
export async function listFolder(path: string): Promise<string[] | undefined> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined) // A file, or nothing: the caller says which.
  return entries?.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).toSorted()
}
