import { runGateway } from '../../app/process/run-gateway.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'

export async function run(_context: CommandContext): Promise<ExitCode> {
  await runGateway()
  return exitCode.ok
}
