import { agentJsonSchema } from '../../spec/agent/agent-json-schema.ts'
import { harnessIds } from '../../app/adapter-set.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'

export async function run(context: CommandContext): Promise<ExitCode> {
  context.print(`${JSON.stringify(agentJsonSchema(harnessIds()), undefined, 2)}\n`)
  return exitCode.ok
}
