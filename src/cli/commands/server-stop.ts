import { stopHost, stopServer } from '../../app/stop-local.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'

export async function run(context: CommandContext, _args: readonly string[], options: { readonly all?: boolean }): Promise<ExitCode> {
  context.note((await stopServer(context.config)) ? 'server stopped\n' : 'no server was running\n')
  if (options.all === true) context.note((await stopHost(context.config)) ? 'host stopped, with its agents\n' : 'no host was running\n')
  return exitCode.ok
}
