import { constants } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { openPlaced } from '../base/folder-files.ts'
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
  /** Where `path` leads, its last part not followed. The links on the way are followed here and nowhere else: one that is put there later is not. */
  async function place(path: string): Promise<{ readonly root: string; readonly real: string }> {
    const root = await realpath(workspace)
    const wanted = isAbsolute(path) ? resolve(path) : resolve(root, path)
    const base = isInside(workspace, wanted) ? workspace : root
    if (!isInside(base, wanted)) throw new Error(`${path} is outside the work folder`)
    const folder = dirname(wanted)
    let real = root
    for (const part of relative(base, folder).split('/').filter((name) => name !== '')) {
      const next = join(real, part)
      const there = await realpath(next).catch(() => undefined)
      real = there ?? next
      if (!isInside(root, real)) throw new Error(`${path} leads out of the work folder`)
    }
    return { root, real: join(real, relative(folder, wanted)) }
  }
  async function read(path: string): Promise<string> {
    const { root, real } = await place(path)
    await using file = await openPlaced(root, real, constants.O_RDONLY)
    const { size } = await regular(path, file)
    if (size > maxFileBytes) throw new Error(`${path} is larger than ${maxFileBytes} bytes`)
    return await file.readFile('utf8')
  }
  async function write(path: string, content: string): Promise<string> {
    const { root, real } = await place(path)
    await using file = await openPlaced(root, real, constants.O_WRONLY | constants.O_CREAT, { mode: 0o644, make: true })
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
