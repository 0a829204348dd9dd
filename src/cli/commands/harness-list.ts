import { printable } from '../../base/printable.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { openWithHost } from '../open-client.ts'

export async function run(context: CommandContext, _args: readonly string[], options: { readonly json?: boolean }): Promise<ExitCode> {
  const { client } = await openWithHost(context)
  const harnesses = await client.harnesses()
  if (options.json === true) context.print(`${JSON.stringify({ harnesses })}\n`)
  else for (const each of harnesses) {
    context.print(`${each.harness.padEnd(14)} ${each.state.padEnd(8)} ${(each.version ?? '').padEnd(12)} ${each.fix === undefined ? '' : printable(each.fix)}\n`)
  }
  return exitCode.ok
}
