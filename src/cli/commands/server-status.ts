import { findServer } from '../../app/local-server.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { openRunning, pageAddress } from '../open-client.ts'

export async function run(context: CommandContext, _args: readonly string[], options: { readonly json?: boolean }): Promise<ExitCode> {
  if ((await findServer(context.config)) === undefined) {
    if (options.json === true) context.print('{"running":false}\n')
    else context.note('not running; start it with: omni server start\n')
    return exitCode.unavailable
  }
  const open = await openRunning(context)
  const status = await open.client.status()
  if (options.json === true) {
    context.print(`${JSON.stringify({ running: true, ...status })}\n`)
    return exitCode.ok
  }
  context.print(`${pageAddress(open.url, open.token)}\n`)
  context.note(`version ${status.version}, pid ${status.pid}, up ${Math.round((Date.now() - status.startedAt) / 1_000)} s\n`)
  context.note(status.hosts.length === 0 ? 'no host is attached\n' : status.hosts.map((host) => `host ${host.name} (${host.id})\n`).join(''))
  context.note(`${status.live.sockets} sockets, ${status.live.streams} streams, ${status.live.trees} sessions in memory\n`)
  return exitCode.ok
}
