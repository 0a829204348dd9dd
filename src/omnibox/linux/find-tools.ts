import { chownSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../spec/app-error.ts'
import { findExecutable } from '../process/find-executable.ts'

/** Where system tools are, whatever the user's PATH says: one from a repository's folder would be a way in. */
const systemPath = '/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin'
const nobody = 65_534

/**
 * bubblewrap, to be started. Inside, `/proc/1/exe` leads to the program that made the box. As root that would be a file of the box's own
 * user outside, kept from being written only while it runs; so root starts a copy that belongs to nobody.
 * @param dir a folder of ours for the copy
 * @throws {AppError} 'unavailable' with the command that installs it
 */
export function findBwrap(dir: string, uid: number | undefined): string {
  const found = findExecutable('bwrap', systemPath, '/')
  if (found.type === 'missing') throw new AppError('unavailable', 'The sandbox needs bubblewrap, which is not installed. Install it (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap), or run with "sandbox: off".')
  if (uid !== 0) return found.file
  const { size, mtimeMs } = statSync(found.file)
  const copy = join(dir, `bwrap-${size}-${Math.floor(mtimeMs)}`)
  if (existsSync(copy)) return copy
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const fresh = `${copy}.${process.pid}`
  rmSync(fresh, { force: true })
  copyFileSync(found.file, fresh)
  chmodSync(fresh, 0o555)
  chownSync(fresh, nobody, nobody)
  renameSync(fresh, copy)
  return copy
}
