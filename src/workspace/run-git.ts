import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../spec/app-error.ts'
import type { Box } from '../spec/ports/box.ts'
import type { Clock } from '../spec/ports/clock.ts'

export interface GitPlace {
  readonly box: Box
  readonly clock: Clock
  /** Where programs are looked for: a PATH. */
  readonly searchPath: string
  /** The real path of the work folder. */
  readonly root: string
  /** The shadow repository. */
  readonly gitDir: string
  /** A run that takes longer is stopped. */
  readonly maxMs: number
}

export interface GitRun {
  readonly args: readonly string[]
  readonly input?: Buffer
  /** A file of ours as its input, instead. */
  readonly inputFile?: string
  /** Keeps the first that many bytes of what it prints, and stops it there. */
  readonly cutAt?: number
  readonly env?: Readonly<Record<string, string>>
  /** Instead of the place's. */
  readonly maxMs?: number
  readonly signal: AbortSignal | undefined
}

export interface GitOutcome {
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
  /** True when it printed more than `cutAt`: there is no exit code then. */
  readonly isCut?: boolean
}

/** What git may print: paths of some hundred thousand files. Of its complaints the first ones are enough. */
const maxOutputBytes = 128 * 1024 * 1024
const maxComplaintBytes = 64 * 1024

/** No configuration but ours, no program but git, no prompt, no network; messages in English, so that they can be read. */
const quiet = {
  LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_SYSTEM: '/dev/null', GIT_CONFIG_GLOBAL: '/dev/null', GIT_ATTR_NOSYSTEM: '1', GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_NO_REPLACE_OBJECTS: '1', GIT_LITERAL_PATHSPECS: '1', GIT_ALLOW_PROTOCOL: 'none',
}

/**
 * Runs git in the box to its end. An exit code is an answer.
 * @throws {AppError} 'timeout' after `maxMs` milliseconds, 'too_large' when it prints too much, 'unavailable' when it can not be started; the signal's reason when aborted. Git is gone then.
 */
export async function runGit(place: GitPlace, { args, input, inputFile, cutAt, env, signal, maxMs = place.maxMs }: GitRun): Promise<GitOutcome> {
  const { box, clock, searchPath, root, gitDir } = place
  signal?.throwIfAborted()
  const child = box.spawn({ file: 'git', args, cwd: root, env: { PATH: searchPath, HOME: gitDir, ...quiet, ...env } })
  let problem: AppError | undefined
  const stop = () => void child.stop(0)
  const giveUp = (error: AppError) => {
    problem ??= error
    stop()
  }
  const cancel = clock.after(maxMs, () => giveUp(new AppError('timeout', `git was stopped in ${root} after ${maxMs / 1000} seconds. A FIFO named .gitignore or .gitattributes, or one in a nested repository, blocks it: look with find -type p.`)))
  signal?.addEventListener('abort', stop, { once: true })
  // Git may end without reading it: its exit code says so.
  if (inputFile === undefined) child.stdin.end(input ?? '')
  else void pipeline(createReadStream(inputFile), child.stdin).catch(stop)
  const tooMuch = () => giveUp(new AppError('too_large', `git tells of too many files in ${root}. Work in a smaller folder, or ignore what is built.`))
  let isCut = false
  const cut = () => {
    isCut = true
    stop()
  }
  const [stdout, stderr, status] = await Promise.all([read(child.stdout, cutAt ?? maxOutputBytes, cutAt === undefined ? tooMuch : cut), read(child.stderr, maxComplaintBytes), child.exited])
  cancel()
  signal?.removeEventListener('abort', stop)
  signal?.throwIfAborted()
  if (problem !== undefined) throw problem
  if (status.startError !== undefined) throw new AppError('unavailable', `git can not be started: ${status.startError}. Install git, or put it on the PATH of the host.`)
  return { code: isCut ? null : status.code, stdout, stderr: stderr.toString('utf8'), isCut }
}

/** Reads to the end and keeps the first `maxBytes`. */
async function read(stream: Readable, maxBytes: number, tooMuch?: () => void): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    // Proof: a stream without an encoding gives buffers.
    const piece = chunk as Buffer
    if (bytes < maxBytes) chunks.push(piece.subarray(0, maxBytes - bytes))
    if (bytes + piece.length > maxBytes) tooMuch?.()
    bytes += piece.length
  }
  return Buffer.concat(chunks)
}
