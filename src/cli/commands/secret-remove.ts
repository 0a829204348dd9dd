import { removeSecret } from '../../app/secrets/define-secret.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'

/** Takes a secret back here; with its service it is still good. */
export async function run(context: CommandContext, [name = '']: readonly string[]): Promise<ExitCode> {
  const { definition, value, unasked, keptFor } = await removeSecret(context.config, name)
  context.print(`${name}: ${[...(value ? ['its value is deleted here'] : []), ...(definition ? ['no longer defined'] : [])].join(', ')}\n`)
  if (keptFor !== undefined) context.note(`The value is kept: "${keptFor}" lives on it.\n`)
  if (unasked !== undefined) context.note(`${unasked}\nIf its value was kept there, it still is.\n`)
  if (value) context.note('It is still good with its service: revoke it there.\n')
  return exitCode.ok
}
