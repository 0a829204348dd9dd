import { buffer } from 'node:stream/consumers'
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
  readonly env?: Readonly<Record<string, string>>
  readonly signal: AbortSignal | undefined
}

export interface GitOutcome {
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** No configuration but ours, no program but git, no prompt, no network; messages in English, so that they can be read. */
const quiet = {
  LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_SYSTEM: '/dev/null', GIT_CONFIG_GLOBAL: '/dev/null', GIT_ATTR_NOSYSTEM: '1', GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_NO_REPLACE_OBJECTS: '1', GIT_LITERAL_PATHSPECS: '1', GIT_ALLOW_PROTOCOL: 'none',
}

/**
 * Runs git in the box to its end. An exit code is an answer.
 * @throws {AppError} 'timeout' after `maxMs` milliseconds, 'unavailable' when git can not be started; the signal's reason when aborted. Git is gone then.
 */
export async function runGit({ box, clock, searchPath, root, gitDir, maxMs }: GitPlace, { args, input, env, signal }: GitRun): Promise<GitOutcome> {
  signal?.throwIfAborted()
  const child = box.spawn({ file: 'git', args, cwd: root, env: { PATH: searchPath, HOME: gitDir, ...quiet, ...env } })
  let late = false
  const stop = () => void child.stop(0)
  const cancel = clock.after(maxMs, () => {
    late = true
    stop()
  })
  signal?.addEventListener('abort', stop, { once: true })
  child.stdin.end(input ?? '')
  const [stdout, stderr, status] = await Promise.all([buffer(child.stdout), buffer(child.stderr), child.exited])
  cancel()
  signal?.removeEventListener('abort', stop)
  signal?.throwIfAborted()
  if (late) throw new AppError('timeout', `git was stopped in ${root} after ${maxMs / 1000} seconds. A FIFO named .gitignore or .gitattributes blocks it: look with find -type p.`)
  if (status.startError !== undefined) throw new AppError('unavailable', `git can not be started: ${status.startError}. Install git, or put it on the PATH of the host.`)
  return { code: status.code, stdout, stderr: stderr.toString('utf8') }
}
