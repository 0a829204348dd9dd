import { printable } from '../../base/printable.ts'
import { systemClock } from '../../app/system-clock.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { modelListText } from '../model-list-text.ts'
import { openWithHost } from '../open-client.ts'

export interface ModelsOptions {
  readonly harness?: string
  readonly refresh?: boolean
  readonly json?: boolean
}

/** Models by harness, with the default marked; a list that could not be asked for now is shown with its age. */
export async function run(context: CommandContext, _args: readonly string[], { harness, refresh = false, json }: ModelsOptions): Promise<ExitCode> {
  const { client } = await openWithHost(context)
  const lists = await client.models({ refresh, ...(harness === undefined ? {} : { harness }) })
  if (json === true) context.print(`${JSON.stringify({ lists })}\n`)
  else context.print(printable(lists.map((list) => modelListText(list, systemClock.now())).join('\n')))
  if (lists.length === 0) context.note('No harness is ready here. Run: omni setup\n')
  return lists.length === 0 ? exitCode.unavailable : exitCode.ok
}
