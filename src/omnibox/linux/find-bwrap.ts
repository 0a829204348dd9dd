import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { needTool } from '../process/find-tool.ts'

const nobody = 65_534

/**
 * bubblewrap, to be started. Inside, `/proc/1/exe` leads to the program that made the box. As root that would be a file of the box's own
 * user outside, kept from being written only while it runs; so root starts a copy that belongs to nobody.
 * @param dir a folder of ours for the copy
 * @throws {AppError} 'unavailable' with the command that installs it
 */
export function findBwrap(dir: string, uid: number | undefined): string {
  const file = needTool('bwrap', 'bubblewrap')
  if (uid !== 0) return file
  const { size, mtimeMs } = statSync(file)
  const copy = join(dir, `bwrap-${size}-${Math.floor(mtimeMs)}`)
  if (existsSync(copy)) return copy
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const fresh = `${copy}.${process.pid}`
  rmSync(fresh, { force: true })
  copyFileSync(file, fresh)
  chmodSync(fresh, 0o555)
  chownSync(fresh, nobody, nobody)
  renameSync(fresh, copy)
  return copy
}
