import { createAdapterSet } from '../../app/adapter-set.ts'
import { installedVersion } from '../../app/installed-version.ts'
import { pathsOf } from '../../app/paths.ts'
import { installProgram } from '../../app/process/install-program.ts'
import { AppError } from '../../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'

/** Replaces what `omni harness install` put there by the version that is tested now; leaves alone what others installed. */
export async function run(context: CommandContext, [id]: readonly string[], { all = false }: { readonly all?: boolean }): Promise<ExitCode> {
  const folder = pathsOf(context.config.home).harnesses
  const here = await Promise.all(createAdapterSet().flatMap(({ id: harness, aliases = [], program }) => (program === undefined || program.package === '' ? [] : [{ harness, aliases, program }])).map(async (each) => ({ ...each, version: await installedVersion(folder, each.harness, each.program) })))
  const installed = here.filter(({ version }) => version !== undefined)
  if (id === undefined && !all) throw new AppError('invalid', `Say which, or --all. Installed by omni: ${installed.length === 0 ? 'none' : installed.map(({ harness }) => harness).join(', ')}`)
  const chosen = id === undefined ? installed : here.filter(({ harness, aliases }) => harness === id || aliases.includes(id))
  if (id !== undefined && chosen.length === 0) throw new AppError('not_found', `There is no harness ${id} that we install. Here are: ${here.map(({ harness }) => harness).join(', ')}`)
  if (chosen.length === 0) context.note('Nothing is installed by omni: nothing to upgrade.\n')
  for (const { harness, program, version } of chosen) {
    if (version === undefined) throw new AppError('not_found', `${harness} was not installed by omni: one on your PATH is yours to upgrade. To use the tested version instead: omni harness install ${harness}`)
    if (version === program.version) {
      context.note(`${harness} is at ${version}, the tested version.\n`)
      continue
    }
    context.note(`${harness}: ${version} → ${program.version} …\n`)
    context.note(`installed in ${await installProgram(context.config, folder, harness, program)}\n`)
  }
  return exitCode.ok
}
