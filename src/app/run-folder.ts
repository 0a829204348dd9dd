import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { AppError } from '../spec/app-error.ts'
import type { Paths } from './paths.ts'

/** Makes the state folders, closed to everybody else. @throws {AppError} 'unavailable' with what to do. */
export async function makeFolders(paths: Paths): Promise<void> {
  for (const folder of [paths.home, paths.run, paths.data, paths.logs, paths.host, paths.harnesses]) {
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
      throw new AppError('unavailable', `Cannot make ${folder}. Give yourself write access, or set OMNIGENT_HOME to another folder.`, { cause })
    })
  }
  await chmod(paths.run, 0o700)
}

/** The install token, made on first use; readable by its owner only. */
export async function readToken(paths: Paths): Promise<string> {
  const known = await readFile(paths.token, 'utf8').catch(() => '')
  if (/^[\w-]{32,}$/.test(known.trim())) return known.trim()
  const token = randomBytes(32).toString('base64url')
  // 'wx': of two that start at once, one writes and the other reads it.
  await writeFile(paths.token, `${token}\n`, { mode: 0o600, flag: 'wx' }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const kept = (await readFile(paths.token, 'utf8')).trim()
  if (kept !== token && !/^[\w-]{32,}$/.test(kept)) throw new AppError('invalid', `${paths.token} is damaged. Delete it and start again.`)
  return kept
}

/** What a running server or host says of itself in `~/.omnigent/run`. */
export const ProcessState = z.object({ pid: z.number().int(), startedAt: z.number(), version: z.string(), url: z.string().optional() })
export type ProcessState = z.infer<typeof ProcessState>

export async function writeState(path: string, state: ProcessState): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const fresh = `${path}.${state.pid}`
  await writeFile(fresh, JSON.stringify(state), { mode: 0o600 })
  await rename(fresh, path)
}

/** Undefined when there is none or it is unreadable: whoever asks then looks for a live process. */
export async function readState(path: string): Promise<ProcessState | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return ProcessState.parse(JSON.parse(text))
  } catch {
    // Half-written by a crash: the same as none.
    return undefined
  }
}

/** A process that has ended and that nobody has reaped (there are containers where nobody does) is not alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return !isZombie(pid)
}

/** @see proc_pid_stat(5): the state follows the name in brackets, which may hold anything. False where there is no /proc. */
function isZombie(pid: number): boolean {
  try {
    return /^.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    // No /proc, or it has just gone: the next look tells.
    return false
  }
}
