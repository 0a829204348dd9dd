import { systemIds } from '../../app/system-clock.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { openRunning, pageAddress, readSessionRef } from '../open-client.ts'

export interface ForkOptions {
  readonly turn?: string
  readonly harness?: string
  readonly json?: boolean
}

export async function run(context: CommandContext, [ref = '']: readonly string[], options: ForkOptions): Promise<ExitCode> {
  const open = await openRunning(context)
  const made = await open.client.fork(readSessionRef(ref), {
    id: systemIds.next('cmd').slice(4), ...(options.turn === undefined ? {} : { turn: options.turn }), ...(options.harness === undefined ? {} : { harness: options.harness }),
  })
  if (options.json === true) context.print(`${JSON.stringify({ session: made.session, tree: made.tree, from: made.view.forkedFrom })}\n`)
  else {
    context.print(`${made.session}\n`)
    context.note(`${pageAddress(open.url, open.token, made.session)}\ngo on with: omni run --resume ${made.session}\n`)
  }
  return exitCode.ok
}
