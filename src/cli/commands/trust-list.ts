import { pathsOf } from '../../app/paths.ts'
import { openTrustStore } from '../../app/trust-store.ts'
import { visibleText } from '../../spec/trust/visible-text.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'

/** What a person trusted until it changes, newest first. */
export async function run(context: CommandContext, _args: readonly string[], options: { readonly json?: boolean }): Promise<ExitCode> {
  const records = await openTrustStore(pathsOf(context.config.home).trust).list()
  if (options.json === true) context.print(`${JSON.stringify(records.map(({ version: _version, ...record }) => record))}\n`)
  else if (records.length === 0) context.note('Nothing is trusted beyond shipped agents and your own in ~/.omnigent/agents.\n')
  for (const { hash, name, trustedAt, asks } of options.json === true ? [] : records) {
    context.print(`${hash}  ${new Date(trustedAt).toISOString().slice(0, 10)}  ${visibleText(name, 64)}\n`)
    for (const { field, reason, exact } of asks) context.print(`  ${visibleText(field, 120)}: ${visibleText(reason)}${exact === undefined ? '' : `: ${visibleText(exact)}`}\n`)
  }
  return exitCode.ok
}
