import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { decisionText } from '../decision-text.ts'
import { openClient, readSessionRef } from '../open-client.ts'

/** Why a call was let through, asked about or refused, from its session's log. */
export async function run(context: CommandContext, [ref = '', call = '']: readonly string[], options: { readonly all?: boolean; readonly json?: boolean }): Promise<ExitCode> {
  const session = readSessionRef(ref)
  const { client } = await openClient(context)
  const decision = await client.decision(session, call, { all: options.all === true })
  context.print(options.json === true ? `${JSON.stringify(decision)}\n` : decisionText(decision))
  return exitCode.ok
}
