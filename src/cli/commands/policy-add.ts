import { readPolicyFile } from '../../app/read-policy-file.ts'
import { mergePolicies } from '../../spec/policy/policy-text.ts'
import { visibleText } from '../../spec/trust/visible-text.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { openClient } from '../open-client.ts'
import { type PolicyPlaceOptions, readPolicyPlace } from '../policy-place.ts'

/** Adds policies to a session or to the server; they hold from the next call on. One of the same name is replaced. */
export async function run(context: CommandContext, [file = '']: readonly string[], options: PolicyPlaceOptions): Promise<ExitCode> {
  const place = readPolicyPlace(options)
  const { text, policies } = await readPolicyFile(context.config, file, place.level)
  const { client } = await openClient(context)
  if (place.level === 'session') await client.command(place.session, { type: 'policy.add', text })
  else await client.replacePolicies(mergePolicies((await client.policies()).text, text))
  context.print(`${policies.map(({ name }) => visibleText(name)).join(', ')}: in force for ${place.level === 'server' ? 'every session of this server' : place.session}\n`)
  return exitCode.ok
}
