import type { Readable } from 'node:stream'
import type { Box, ExitStatus, SpawnCommand } from '../../spec/ports/box.ts'
import type { Clock } from '../../spec/ports/clock.ts'
import { createOutputWindow } from './output-window.ts'

export interface RunResult {
  readonly outcome: 'ok' | 'error' | 'interrupted'
  /** What the model reads: both outputs in one, and how it ended when that was not well. */
  readonly output: string
  readonly exitCode?: number
  /** What it printed, when `output` leaves out a part. */
  readonly whole?: string | undefined
}

export interface RunningCommand {
  readonly result: Promise<RunResult>
  /** Ends the command and all it started; its result is `interrupted`. */
  stop(): Promise<void>
}

export interface RunOptions {
  readonly box: Box
  readonly clock: Clock
  readonly timeoutSeconds: number
  readonly onOutput: (text: string) => void
  /** What the model is told about a part that is left out. */
  readonly hint: string
  /** Exit codes beside 0 that are an answer, not a failure. */
  readonly fine?: readonly number[]
}

/** From /dev/null: on a socket, which our stdin is, bash takes itself for rshd and reads the user's .bashrc. */
export function shellLine(line: string, place: { readonly cwd: string; readonly env: Readonly<Record<string, string>> }): SpawnCommand {
  return { file: 'sh', args: ['-c', 'exec sh -c "$1" </dev/null', 'sh', line], ...place }
}

const maxLiveChars = 200_000

/** Runs one command in the box; what it prints beyond the window is read and left out. */
export function runInBox(command: SpawnCommand, { box, clock, timeoutSeconds, onOutput, hint, fine = [] }: RunOptions): RunningCommand {
  const child = box.spawn(command)
  const window = createOutputWindow(hint)
  let live = maxLiveChars
  let ended: 'stopped' | 'late' | undefined
  const cancel = clock.after(timeoutSeconds * 1_000, () => {
    ended ??= 'late'
    void child.stop(500)
  })
  const read = async (stream: Readable) => {
    for await (const piece of stream.setEncoding('utf8')) {
      const text = String(piece)
      window.add(text)
      if (live > 0) onOutput(text.slice(0, live))
      live -= text.length
    }
  }
  const finish = (status: ExitStatus): RunResult => {
    if (ended === 'stopped') return { outcome: 'interrupted', output: window.text() }
    if (status.startError !== undefined) return { outcome: 'error', output: status.startError }
    if (ended === 'late') return { outcome: 'error', output: `${window.text()}\n[stopped after ${timeoutSeconds} seconds, with everything it started; give timeout_seconds if it needs longer]`.trimStart() }
    if (status.code === 0 || (status.code !== null && fine.includes(status.code))) return { outcome: 'ok', output: window.text() || '(no output)', exitCode: status.code }
    const how = status.code === null ? `[ended by ${status.signal}]` : `[exit code ${status.code}]`
    return { outcome: 'error', output: `${window.text()}\n${how}`.trimStart(), ...(status.code === null ? {} : { exitCode: status.code }) }
  }
  // A stream that breaks off ends the reading; what came before it, and the exit, are the answer.
  const reading = Promise.allSettled([read(child.stdout), read(child.stderr)])
  return {
    result: Promise.all([child.exited, reading]).then(([status]) => {
      cancel()
      return { ...finish(status), whole: window.whole() }
    }),
    async stop() {
      ended = 'stopped'
      await child.stop(500)
    },
  }
}
