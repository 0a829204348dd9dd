import { printable } from '../../base/printable.ts'
import type { IndexRow } from '../../spec/view/index-row.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { openClient } from '../open-client.ts'

export interface SessionsOptions {
  readonly query?: string
  readonly archived?: boolean
  readonly limit: string
  readonly json?: boolean
}

export async function run(context: CommandContext, _args: readonly string[], options: SessionsOptions): Promise<ExitCode> {
  const { client } = await openClient(context)
  const page = await client.listSessions({ limit: Number(options.limit), archived: options.archived === true, ...(options.query === undefined ? {} : { q: options.query }) })
  if (options.json === true) context.print(`${JSON.stringify(page)}\n`)
  else if (page.sessions.length === 0) context.note('No sessions yet. Start one with: omni run\n')
  else for (const row of page.sessions) context.print(`${lineOf(row)}\n`)
  return exitCode.ok
}

function lineOf(row: IndexRow): string {
  const state = row.status === 'waiting' ? `waiting (${row.waitingFor ?? ''})` : row.status === 'idle' ? (row.lastOutcome ?? 'new') : row.status
  return `${row.session}  ${state.padEnd(18)} ${`${row.agent}·${row.harness}`.padEnd(24)} ${printable(row.title)}`
}
