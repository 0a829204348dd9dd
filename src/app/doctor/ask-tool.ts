import { text } from 'node:stream/consumers'
import { startLauncher } from '../../omnibox/process/start-launcher.ts'
import { foregroundClock } from '../system-clock.ts'

export interface ToolAnswer {
  /** Null when it did not end by itself. */
  readonly code: number | null
  /** Its last line, of what it printed or, if nothing, of what went wrong. */
  readonly said: string
}

const limitMs = 10_000

/** Runs a system tool that ends at once. Its environment is empty, so it speaks English. */
export async function askTool(argv: readonly string[]): Promise<ToolAnswer> {
  const { child, stdin, stdout, stderr } = startLauncher(argv, '/', {}, [])
  stdin.on('error', () => undefined) // It may be gone before its empty input ends.
  stdin.end()
  const ended = new Promise<{ readonly code: number | null; readonly problem?: string }>((resolve) => {
    child.once('error', ({ message }) => resolve({ code: null, problem: message }))
    child.once('exit', (code) => resolve({ code }))
  })
  const cancel = foregroundClock.after(limitMs, () => void child.kill('SIGKILL'))
  const [out, err, { code, problem }] = await Promise.all([text(stdout), text(stderr), ended])
  cancel()
  return { code, said: lastLine(out) ?? problem ?? lastLine(err) ?? (code === null ? `it did not end within ${limitMs / 1_000} seconds` : `it ended with ${code}`) }
}

const lastLine = (said: string): string | undefined => said.trim().split('\n').findLast((line) => line !== '')
