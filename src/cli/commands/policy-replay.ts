import { replayExports } from '../../app/policy-tools/replay-exports.ts'
import { readPolicyFile } from '../../app/read-policy-file.ts'
import { AppError } from '../../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { readLevel } from '../read-level.ts'
import { replayText } from '../replay-text.ts'

interface Options {
  readonly with?: string
  readonly level?: string
  readonly replace?: boolean
  readonly json?: boolean
}

/** Decides what exported sessions recorded once more, with other policies, and says what would have been different. Needs no server. */
export async function run(context: CommandContext, files: readonly string[], options: Options): Promise<ExitCode> {
  if (options.with === undefined) throw new AppError('invalid', 'Say which policies to try: --with FILE')
  const level = readLevel(options.level ?? 'server')
  const { policies } = await readPolicyFile(context.config, options.with, level)
  const report = await replayExports(context.config, files, { level, policies, how: options.replace === true ? 'replace' : 'add' })
  context.print(options.json === true ? `${JSON.stringify(report)}\n` : replayText(report))
  return exitCode.ok
}
