import { spawn } from 'node:child_process'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { AppError } from '../../spec/app-error.ts'

export interface BackgroundStart {
  /** Our own entry file and its arguments; never a shell line. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
  /** Milliseconds until it must have said that it is ready. */
  readonly readyWithinMs: number
}

/**
 * Room for young objects, in MB a half. Node's 16 let an idle server keep 5 MB more than it needs; 1 makes appends a third slower.
 */
const youngMb = 2

/**
 * Starts one of our own executables so that it outlives us. It says one line on descriptor 3 when it is ready; that
 * line is returned.
 * @throws {AppError} 'unavailable' when it ends first, 'timeout' when it never says so; both name its log.
 */
export async function startBackground({ args, env, logFile, readyWithinMs }: BackgroundStart): Promise<string> {
  await mkdir(dirname(logFile), { recursive: true, mode: 0o700 })
  const log = await open(logFile, 'a', 0o600)
  try {
    const child = spawn(process.execPath, [`--max-semi-space-size=${youngMb}`, ...args], { detached: true, env, cwd: '/', stdio: ['ignore', log.fd, log.fd, 'pipe'] })
    // Proof: stdio[3] is a pipe by the options above.
    const ready = child.stdio[3] as Readable
    const line = await firstLine(ready, readyWithinMs)
    ready.destroy()
    child.unref()
    if (line === undefined) throw new AppError('unavailable', `It ended while starting. Its log says why: ${logFile}`)
    return line
  } finally {
    await log.close()
  }
}

function firstLine(stream: Readable, withinMs: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let text = ''
    const timer = setTimeout(() => reject(new AppError('timeout', `It did not become ready within ${withinMs / 1_000} seconds.`)), withinMs)
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => {
      text += chunk
      if (!text.includes('\n')) return
      clearTimeout(timer)
      resolve(text.slice(0, text.indexOf('\n')))
    })
    stream.once('error', reject)
    stream.once('close', () => {
      clearTimeout(timer)
      resolve(undefined)
    })
  })
}
