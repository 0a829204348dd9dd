import type { Readable } from 'node:stream'
import type { Box, ExitStatus } from '../../spec/ports/box.ts'

export interface RunningCommand {
  readonly result: Promise<{ readonly outcome: 'ok' | 'error' | 'interrupted'; readonly output: string; readonly exitCode?: number }>
  /** Ends the command and all it started; its result is `interrupted`. */
  stop(): Promise<void>
}

const maxOutputChars = 200_000

/** Runs a shell line in the box, both outputs in one. Output beyond 200,000 characters is read and left out. */
export function runCommand(box: Box, line: string, place: { readonly cwd: string; readonly env: Readonly<Record<string, string>> }, onOutput: (text: string) => void): RunningCommand {
  // From /dev/null: on a socket, which our stdin is, bash takes itself for rshd and reads the user's .bashrc.
  const child = box.spawn({ file: 'sh', args: ['-c', 'exec sh -c "$1" </dev/null', 'sh', line], cwd: place.cwd, env: place.env })
  let output = ''
  let left = 0
  let stopped = false

  const read = async (stream: Readable) => {
    for await (const text of stream.setEncoding('utf8')) {
      const piece = String(text).slice(0, maxOutputChars - output.length)
      left += String(text).length - piece.length
      output += piece
      if (piece !== '') onOutput(piece)
    }
  }
  const finish = (status: ExitStatus) => {
    const cut = left === 0 ? '' : `\n[${left} more characters left out]`
    if (stopped) return { outcome: 'interrupted', output: output + cut } as const
    if (status.startError !== undefined) return { outcome: 'error', output: status.startError } as const
    const code = status.code === null ? {} : { exitCode: status.code }
    return { outcome: status.code === 0 ? 'ok' : 'error', output: output + cut, ...code } as const
  }
  // A stream that breaks off ends the reading; what came before it, and the exit, are the answer.
  const reading = Promise.allSettled([read(child.stdout), read(child.stderr)])
  return {
    result: Promise.all([child.exited, reading]).then(([status]) => finish(status)),
    async stop() {
      stopped = true
      await child.stop(500)
    },
  }
}
