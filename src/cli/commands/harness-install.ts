import { createAdapterSet } from '../../app/adapter-set.ts'
import { installProgram } from '../../app/process/install-program.ts'
import { pathsOf } from '../../app/paths.ts'
import { readUserConfig } from '../../app/user-settings.ts'
import { AppError } from '../../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'

export async function run(context: CommandContext, [id = '']: readonly string[]): Promise<ExitCode> {
  const adapters = createAdapterSet((await readUserConfig(context.config)).acp)
  const adapter = adapters.find((each) => each.id === id || each.aliases?.includes(id) === true)
  if (adapter === undefined) throw new AppError('not_found', `There is no harness ${id}. Here are: ${adapters.map((each) => each.id).join(', ')}`)
  if (adapter.program === undefined) {
    context.note(`${adapter.getIt ?? `${adapter.title} is part of this package: nothing to install.`}\n`)
    return exitCode.ok
  }
  context.note(`installing ${adapter.program.package}@${adapter.program.version} …\n`)
  const folder = await installProgram(context.config, pathsOf(context.config.home).harnesses, adapter.id, adapter.program)
  context.note(`installed in ${folder}\n${adapter.program.signIn}\n`)
  return exitCode.ok
}
