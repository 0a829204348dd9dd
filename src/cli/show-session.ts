import { createInterface, type Interface } from 'node:readline'
import { foregroundClock } from '../app/system-clock.ts'
import type { Order } from '../client/create-client.ts'
import { followEvents } from '../client/follow-events.ts'
import { AppError } from '../spec/app-error.ts'
import type { Envelope } from '../spec/events/envelope.ts'
import { readEvent } from '../spec/events/session-event.ts'
import { applyEvent, emptyView } from '../spec/view/apply-event.ts'
import type { SessionView } from '../spec/view/session-view.ts'
import { createPlainView } from '../tui/plain-view.ts'
import { printable } from '../base/printable.ts'
import type { Attachment } from '../spec/attachment.ts'
import { attachFile } from './attach-file.ts'
import { type CommandContext, type ExitCode, exitCode } from './command.ts'
import { readLine } from './read-line.ts'
import type { OpenClient } from './open-client.ts'

export interface ShowOptions {
  readonly session: string
  readonly tree: string
  /** Start after this event; 0 shows everything. */
  readonly after: number
  /** Leave when this turn's prompt has run; undefined stays until the person leaves. */
  readonly untilPrompt?: string
  readonly json: boolean
  /** What the person was told of its sandbox already. */
  readonly sandbox?: string
}

/** Shows a session in this terminal until it should end, and sends what the person types. */
export async function showSession(context: CommandContext, open: OpenClient, options: ShowOptions): Promise<ExitCode> {
  const ending = new AbortController()
  const state = { view: emptyView(options.tree, options.session), code: exitCode.ok as ExitCode }
  const order = (body: Order) => open.client.command(options.session, body)
  let attached: readonly Attachment[] = []
  const files = {
    attach: async (file: string) => {
      const made = await attachFile(open.client, context.config.cwd, file)
      attached = [...attached, made]
      context.note(`  ${printable(made.name)} goes with the next prompt\n`)
    },
    takeAttached: () => {
      const taken = attached
      attached = []
      return taken
    },
  }
  const draw = options.json ? undefined : createPlainView({ say: context.print, note: context.note, color: context.config.color, session: options.session, ...(options.sandbox === undefined ? {} : { sandbox: options.sandbox }) })
  const interactive = options.untilPrompt === undefined && context.config.isTerminal.input && !options.json
  const reader = interactive ? createInterface({ input: process.stdin, output: process.stderr, prompt: '' }) : undefined
  const stopSignals = onInterrupt(reader, async () => {
    if (state.view.turn === undefined || state.view.turn.stopping) return ending.abort()
    context.note('\nstopping … (Ctrl-C again leaves; the session stays)\n')
    await order({ type: 'turn.interrupt', scope: 'subtree' }).catch(sayProblem(context))
  })
  const models = async (harness: string) => (await open.client.models({ harness }))[0]
  reader?.on('line', (line) => void readLine({ line, view: state.view, order, context, ...files, models, leave: () => ending.abort(), address: open.url }).catch(sayProblem(context)))
  reader?.on('close', () => ending.abort())
  try {
    for await (const followed of followEvents({ baseUrl: open.url, token: open.token, session: options.session, after: options.after, clock: foregroundClock, signal: ending.signal })) {
      if (followed.type === 'reconnecting') context.note(`\nconnection lost, trying again (${followed.reason})\n`)
      else if (followed.type === 'delta') draw?.delta(followed.delta)
      else if (take(followed.event)) break
    }
  } finally {
    ending.abort()
    stopSignals()
    reader?.close()
  }
  return state.code

  function take(stored: Envelope): boolean {
    const event = readEvent(stored)
    const before: SessionView = state.view
    state.view = applyEvent(before, event)
    if (options.json) context.print(`${JSON.stringify(stored)}\n`)
    draw?.events([stored])
    if (event.type === 'approval.requested' && options.untilPrompt !== undefined && !context.config.isTerminal.input) {
      context.note(`A person must answer first: open ${open.url}/s/${options.session}, or: omni attach ${options.session}\n`)
      state.code = exitCode.needsPerson
    }
    if (event.type !== 'turn.ended' || event.session !== options.session) return false
    state.code = event.data.outcome === 'completed' ? exitCode.ok : event.data.outcome === 'failed' ? exitCode.failed : exitCode.interrupted
    return options.untilPrompt !== undefined && before.turn?.prompt === options.untilPrompt
  }
}

function onInterrupt(reader: Interface | undefined, handle: () => Promise<void>): () => void {
  const listener = () => void handle()
  process.on('SIGINT', listener)
  // With a line reader on a terminal, Ctrl-C arrives there instead.
  reader?.on('SIGINT', listener)
  return () => process.off('SIGINT', listener)
}

function sayProblem(context: CommandContext) {
  return (error: unknown) => {
    if (!(error instanceof AppError)) throw error
    context.note(`! ${error.message}\n`)
  }
}
