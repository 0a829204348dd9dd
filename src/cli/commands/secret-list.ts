import { listSecrets, type SecretRow } from '../../app/secrets/list-secrets.ts'
import { visibleText } from '../../spec/trust/visible-text.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'

/** Every secret that agents may ask for: where from, where to, and whether there is a value. Never the value. */
export async function run(context: CommandContext, _args: readonly string[], options: { readonly json?: boolean }): Promise<ExitCode> {
  const rows = await listSecrets(context.config)
  if (options.json === true) context.print(`${JSON.stringify({ secrets: rows })}\n`)
  else if (rows.length === 0) context.note('No secrets are defined. Define one: omni secret set NAME --preset github\n')
  else context.print(rows.map(rowText).join(''))
  return exitCode.ok
}

function rowText({ name, level, hidesUsers, from, hosts, env, resolves, problem, warning, keptIn }: SecretRow): string {
  const says = [
    `${resolves ? '✓' : '✗'} ${name}  from ${visibleText(from, 200)}${keptIn === undefined ? '' : `, kept in ${visibleText(keptIn, 200)}`}${level === 'server' ? ' (of the server)' : ''}`,
    `    goes to ${hosts.join(', ')}`,
    ...(env.length === 0 ? [] : [`    seen as ${env.join(', ')}`]),
    ...(hidesUsers ? ['    ! your own definition of this name is not used'] : []),
    ...[warning, problem].flatMap((text) => (text === undefined ? [] : [`    ! ${visibleText(text, 1_000)}`])),
  ]
  return says.map((line) => `${line}\n`).join('')
}
