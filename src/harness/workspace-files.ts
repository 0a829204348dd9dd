import { constants } from 'node:fs'
import { mkdir, open, realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { isInside } from '../base/is-inside.ts'

const maxFileBytes = 2 * 1024 * 1024

/** The files of the work folder; nothing outside is reached, also not through links. */
export interface WorkspaceFiles {
  /** @throws {Error} with a sentence for people, as all three do. */
  read(path: string): Promise<string>
  write(path: string, content: string): Promise<string>
  /** Replaces `old`, which must be there exactly once. */
  edit(path: string, old: string, replacement: string): Promise<string>
}

export function createWorkspaceFiles(workspace: string): WorkspaceFiles {
  /** The real place of `path`, its last part not followed. Folders on the way are made when `make` is set. */
  async function place(path: string, make: boolean): Promise<string> {
    const root = await realpath(workspace)
    const wanted = isAbsolute(path) ? resolve(path) : resolve(root, path)
    const base = isInside(workspace, wanted) ? workspace : root
    if (!isInside(base, wanted)) throw new Error(`${path} is outside the work folder`)
    const folder = dirname(wanted)
    // Checked part by part before anything is made, so that a link on the way cannot have folders made elsewhere.
    let real = root
    for (const part of relative(base, folder).split('/').filter((name) => name !== '')) {
      const next = join(real, part)
      const there = await realpath(next).catch(() => undefined)
      // A dangling link is not there either, and mkdir refuses it.
      if (there === undefined && make) await mkdir(next)
      real = there ?? next
      if (!isInside(root, real)) throw new Error(`${path} leads out of the work folder`)
    }
    return join(real, relative(folder, wanted))
  }
  async function read(path: string): Promise<string> {
    // O_NONBLOCK: opening a named pipe must not wait for its writer.
    await using file = await open(await place(path, false), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const { size } = await regular(path, file)
    if (size > maxFileBytes) throw new Error(`${path} is larger than ${maxFileBytes} bytes`)
    return await file.readFile('utf8')
  }
  async function write(path: string, content: string): Promise<string> {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK
    await using file = await open(await place(path, true), flags, 0o644)
    await regular(path, file)
    await file.truncate(0)
    await file.writeFile(content)
    return `wrote ${Buffer.byteLength(content)} bytes to ${path}`
  }
  return {
    read,
    write,
    async edit(path, old, replacement) {
      const before = await read(path)
      const parts = before.split(old)
      if (parts.length !== 2) throw new Error(`the old text is in ${path} ${parts.length - 1} times, not once`)
      await write(path, parts.join(replacement))
      return `changed ${path}`
    },
  }
}

async function regular(path: string, file: { stat(): Promise<{ isFile(): boolean; size: number }> }): Promise<{ size: number }> {
  const stat = await file.stat()
  if (!stat.isFile()) throw new Error(`${path} is not a regular file`)
  return stat
}
