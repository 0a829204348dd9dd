import { printable } from '../../base/printable.ts'
import { AppError } from '../../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { openClient } from '../open-client.ts'

export async function run(context: CommandContext, [id]: readonly string[], options: { readonly json?: boolean }): Promise<ExitCode> {
  const { client } = await openClient(context)
  const all = await client.harnesses()
  const chosen = id === undefined ? all : all.filter((each) => each.harness === id)
  if (chosen.length === 0) throw new AppError('not_found', `There is no harness ${id}. Here are: ${all.map((each) => each.harness).join(', ')}`)
  if (options.json === true) context.print(`${JSON.stringify({ harnesses: chosen })}\n`)
  else for (const each of chosen) {
    context.print(`${each.state === 'ready' ? '✓' : '✗'} ${each.title} (${each.harness})  ${each.version ?? ''}\n`)
    for (const text of [each.reason, each.fix, ...each.notes]) if (text !== undefined) context.print(`    ${printable(text)}\n`)
  }
  return chosen.every((each) => each.state === 'ready') ? exitCode.ok : exitCode.unavailable
}
