import { planSecret, saveSecret } from '../../app/secrets/define-secret.ts'
import { AppError } from '../../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { readSecret } from '../setup/read-secret.ts'

export interface SecretSetOptions {
  readonly preset?: string
  readonly hosts?: string
  readonly env?: string
}

/** Saves the value of a secret, typed unseen or from standard input, and defines it when it is new. */
export async function run(context: CommandContext, [name = '', ...more]: readonly string[], { preset, hosts, env }: SecretSetOptions): Promise<ExitCode> {
  if (more.length > 0) throw new AppError('invalid', 'Say the name and nothing else: a value is asked for, or read from standard input. One that stood on a command line was there for every process to read, and your shell may keep it: make a new one.')
  // First, so that nobody types a value in vain.
  const plan = await planSecret(context.config, name, { preset, hosts: listOf(hosts), env: listOf(env) })
  const value = (await readSecret(context, `Value of ${name} (it is not shown)`)).trim()
  const { place, why, file } = await saveSecret(context.config, plan, value)
  context.print(`${name}: saved in ${place}${file === undefined ? '' : `, defined in ${file}`}\n`)
  if (why !== undefined) context.note(`${why}\nIt is kept as a file for you alone instead; whoever can read your files can read it.\n`)
  for (const note of plan.notes) context.note(`${note}\n`)
  return exitCode.ok
}

const listOf = (text: string | undefined): readonly string[] | undefined => text?.split(/[\s,]+/).filter((word) => word !== '')
