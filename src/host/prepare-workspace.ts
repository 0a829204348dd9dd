import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { placeFile, readPlaced } from '../base/folder-files.ts'
import type { Box } from '../spec/ports/box.ts'
import type { SessionSetup } from '../spec/ports/host-link.ts'
import { programEnvironment } from './program-environment.ts'
import type { ReportSignal } from './signal-reporter.ts'
import { TurnFailure } from './turn-failure.ts'

export interface Preparation {
  /** `prepare`: shell lines, in order; `env`: what the agent lets in. */
  readonly setup: Pick<SessionSetup, 'prepare' | 'env'>
  readonly box: Box
  readonly workspace: string
  /** The session's private folder: remembers that it was done. */
  readonly home: string
  /** The host's own. */
  readonly environment: Readonly<Record<string, string>>
  /** Makes ids of this run's calls unique in the session. */
  readonly run: string
  readonly report: (signal: ReportSignal) => void
  readonly signal: AbortSignal
}

/**
 * Runs the set-up commands of an agent in the box, once a session, each shown as a call with its output.
 * @throws {TurnFailure} with the last lines of the log when one fails; the next turn tries all of them again.
 */
export async function prepareWorkspace(preparation: Preparation): Promise<void> {
  const { setup: { prepare: commands = [] }, home, signal } = preparation
  if (commands.length === 0) return
  const done = 'prepared'
  const digest = createHash('sha256').update(JSON.stringify(commands)).digest('hex')
  if (String(await readPlaced(home, done)) === digest) return
  for (const [index, command] of commands.entries()) {
    signal.throwIfAborted()
    const { output, code } = await runOne(preparation, `prepare_${preparation.run}_${index}`, command)
    signal.throwIfAborted()
    if (code !== 0) throw new TurnFailure(`The set-up command failed${code === null ? '' : ` with exit code ${code}`}: ${command}\n${lastLines(output)}`, 'Mend what it says, then send the prompt again: the set-up runs from its first command.')
  }
  await placeFile(home, done, digest)
}

async function runOne({ box, workspace, environment, setup, report, signal }: Preparation, call: string, command: string): Promise<{ output: string; code: number | null }> {
  // No credential of the program goes to what the agent's file runs.
  const env = programEnvironment({ environment, credentials: [], configured: {}, agent: setup.env })
  report({ type: 'tool.seen', call, tool: 'setup', title: command, input: { command }, actions: [{ kind: 'exec', command, cwd: workspace, outbound: 'unknown' }] })
  const child = box.spawn({ file: 'sh', args: ['-c', 'exec sh -c "$1" </dev/null', 'sh', command], cwd: workspace, env })
  const stop = () => void child.stop(500)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const log = createLog((text) => report({ type: 'tool.output', call, text }))
  // A stream that breaks off ends the reading; what came before it, and the exit, are the answer.
  const reading = Promise.allSettled([log.read(child.stdout), log.read(child.stderr)])
  const [status] = await Promise.all([child.exited, reading])
  signal.removeEventListener('abort', stop)
  const output = status.startError ?? log.text()
  const outcome = signal.aborted ? 'interrupted' : status.code === 0 ? 'ok' : 'error'
  report({ type: 'tool.done', call, outcome, output, ...(status.code === null ? {} : { exitCode: status.code }) })
  return { output, code: status.code }
}

/** UTF-16 units that are kept of each end of a log, and that are shown while it runs. */
const maxEndChars = 256 * 1024

function createLog(show: (text: string) => void) {
  let [head, tail, left, live] = ['', '', 0, maxEndChars]
  return {
    async read(stream: Readable) {
      for await (const piece of stream.setEncoding('utf8')) {
        const text = String(piece)
        if (live > 0) show(text.slice(0, live))
        live -= text.length
        const room = maxEndChars - head.length
        head += text.slice(0, room)
        tail += text.slice(room)
        left += Math.max(0, tail.length - maxEndChars)
        tail = tail.slice(-maxEndChars)
      }
    },
    text: () => (left === 0 ? head + tail : `${head}\n… ${left} characters left out …\n${tail}`),
  }
}

function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-20).join('\n')
}
