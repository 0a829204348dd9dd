import { constants } from 'node:fs'
import { lstat, open, readdir, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'

const maxBytes = 512 * 1024
const maxFiles = 500

/** A text file of the project or the user; undefined when it is missing, no file, too large, or leads out of its folder. */
export async function readTextIn(folder: string, path: string): Promise<string | undefined> {
  const [home, real] = await Promise.all([folder, join(folder, path)].map((each) => realpath(each).catch(() => undefined)))
  if (home === undefined || real === undefined || !real.startsWith(`${home}${sep}`)) return undefined
  // Neither a pipe nor a device may hold up who reads a project.
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => undefined)
  if (file === undefined) return undefined
  try {
    const found = await file.stat()
    return found.isFile() && found.size <= maxBytes ? await file.readFile('utf8') : undefined
  } finally {
    await file.close()
  }
}

/** The same, as JSON; undefined when it is none. */
export async function readJsonIn(folder: string, path: string): Promise<unknown> {
  const text = await readTextIn(folder, path)
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    // The program itself could not read it either.
    return undefined
  }
}

/** Paths of the files below a folder, from `folder`, in order; links are not followed. */
export async function filesIn(folder: string, path: string): Promise<string[]> {
  const entries = await readdir(join(folder, path), { withFileTypes: true, recursive: true }).catch(() => [])
  const home = join(folder, '/')
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(home.length)).toSorted().slice(0, maxFiles)
}

/**
 * Every file of these files and folders with its text, for programs that read them by themselves: undefined when one can not
 * be shown whole (a link, a pipe, too large, too many), so that nothing runs which nobody has seen.
 */
export async function wholeFiles(folder: string, paths: readonly string[]): Promise<{ readonly file: string; readonly text: string }[] | undefined> {
  const files: string[] = []
  for (const path of paths) {
    const found = await lstat(join(folder, path)).catch(() => undefined)
    if (found === undefined) continue
    if (!found.isDirectory()) files.push(path)
    else {
      const entries = await readdir(join(folder, path), { withFileTypes: true, recursive: true })
      files.push(...entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length)).toSorted())
    }
  }
  if (files.length > maxFiles) return undefined
  const read = await Promise.all(files.map(async (file) => ({ file, text: (await lstat(join(folder, file))).isFile() ? await readTextIn(folder, file) : undefined })))
  return read.every((each): each is { file: string; text: string } => each.text !== undefined) ? read : undefined
}
