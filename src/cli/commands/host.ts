import { runHost } from '../../app/process/run-host.ts'
import { AppError } from '../../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'

export async function run(context: CommandContext, _args: readonly string[], options: { readonly local?: boolean }): Promise<ExitCode> {
  if (options.local !== true) throw new AppError('unsupported', 'Hosts for servers elsewhere are not available yet. For this machine: omni host --local')
  await runHost(context.config)
  return exitCode.ok
}
