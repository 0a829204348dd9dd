import type { CommandContext, ExitCode } from '../command.ts'
import { allowSession } from '../allow-session.ts'
import { openRunning, readSessionRef } from '../open-client.ts'
import { showSession } from '../show-session.ts'

/** Opens a session that exists, from its beginning. */
export async function run(context: CommandContext, [ref = '']: readonly string[], options: { readonly json?: boolean }): Promise<ExitCode> {
  const open = await openRunning(context)
  await allowSession(context, open.client, { session: readSessionRef(ref), json: options.json === true, goesOn: false })
  const { session, tree } = await open.client.session(readSessionRef(ref))
  return showSession(context, open, { session, tree, after: 0, json: options.json === true })
}
