import { AppError } from '../../spec/app-error.ts'
import { withoutPolicy } from '../../spec/policy/policy-text.ts'
import { visibleText } from '../../spec/trust/visible-text.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { type Client } from '../../client/create-client.ts'
import { openClient } from '../open-client.ts'
import { type PolicyPlaceOptions, readPolicyPlace } from '../policy-place.ts'

/** Takes one policy back from a session or the server. */
export async function run(context: CommandContext, [name = '']: readonly string[], options: PolicyPlaceOptions): Promise<ExitCode> {
  const place = readPolicyPlace(options)
  const { client } = await openClient(context)
  if (place.level === 'session') await client.command(place.session, { type: 'policy.remove', name })
  else await removeFromServer(client, name)
  context.print(`${visibleText(name)}: no longer in force for ${place.level === 'server' ? 'this server' : place.session}\n`)
  return exitCode.ok
}

async function removeFromServer(client: Client, name: string): Promise<void> {
  const state = await client.policies()
  const rest = withoutPolicy(state.text, name)
  if (rest !== undefined) return void (await client.replacePolicies(rest))
  if (state.policies.some((policy) => policy.source === 'shipped' && policy.name === name)) throw new AppError('invalid', `${name} is one of the shipped policies. "baseline: false" in server.yaml switches them off, all together.`)
  throw new AppError('not_found', `The server has no policy ${name} of its own. List them with: omni policy list`)
}
