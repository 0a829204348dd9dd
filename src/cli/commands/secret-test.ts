import { trySecret } from '../../app/secrets/try-secret.ts'
import { visibleText } from '../../spec/trust/visible-text.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'

/** Is there a value, and does a service take it? A refusal is a failure. */
export async function run(context: CommandContext, [name = '']: readonly string[], options: { readonly url?: string }): Promise<ExitCode> {
  const { from, hosts, warning, answer } = await trySecret(context.config, name, options.url)
  context.print(`${name}: there is a value, from ${visibleText(from, 200)}\n`)
  if (warning !== undefined) context.note(`${visibleText(warning, 1_000)}\n`)
  if (answer === undefined) {
    context.note(`To see whether a service takes it: omni secret test ${name} --url https://${hosts[0]?.replace('*', 'HOST') ?? 'HOST'}/…\n`)
    return exitCode.ok
  }
  const { status, form } = answer
  context.print(`${name}: HTTP ${status}${meaning(status)} (sent as ${form})\n`)
  return status < 400 ? exitCode.ok : exitCode.failed
}

function meaning(status: number): string {
  if (status === 401 || status === 403) return ', it was not let in'
  if (status >= 300 && status < 400) return ', a redirect, which is not followed'
  return status < 300 ? ', it was let in' : ''
}
