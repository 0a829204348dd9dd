import { omniServer } from '../spec/tools/omni-tools.ts'
import type { HarnessContext, McpServer } from '../spec/ports/harness.ts'
import { instructionsOf } from './compose-prompt.ts'
import { expandServers } from './expand-servers.ts'
import type { HostOptions } from './host-options.ts'
import type { StartPlan } from './running-program.ts'
import { sessionHome } from './session-folder.ts'

type Place = Pick<HarnessContext, 'session' | 'box' | 'file' | 'workspace' | 'trusted' | 'authorize'> & { readonly options: HostOptions; readonly omni: McpServer | undefined }

/** What an adapter starts its program with. @throws {AppError} 'invalid' when a variable of an MCP server is not set */
export function programContext({ setup, users, login, start: { settings, env } }: StartPlan, { options, omni, ...place }: Place): Omit<HarnessContext, 'signal' | 'emit'> {
  const { model, effort, resume, forkOf, mcp = {}, inherit = 'user', tools } = setup
  return {
    ...place, home: sessionHome(options, place.session), env, instructions: instructionsOf(setup), tools, mcp: { ...expandServers(mcp, options.environment), ...(omni === undefined ? {} : { [omniServer]: omni }) }, inherit, clock: options.clock,
    ...(users === undefined ? {} : { users }), ...(login === undefined ? {} : { login }),
    ...(model === undefined ? {} : { model }),
    ...(effort === undefined ? {} : { effort }),
    ...(settings.route === undefined ? {} : { route: settings.route }),
    ...(resume === undefined ? {} : { resume }),
    ...(forkOf === undefined ? {} : { forkOf: { token: forkOf.token, home: sessionHome(options, forkOf.session) } }),
  }
}
