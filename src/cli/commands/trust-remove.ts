import { pathsOf } from '../../app/paths.ts'
import { openTrustStore } from '../../app/trust-store.ts'
import { AppError } from '../../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'

/** Takes a yes back: the next session, and the next turn of those that run on it, ask again. */
export async function run(context: CommandContext, [hash = '']: readonly string[]): Promise<ExitCode> {
  const removed = await openTrustStore(pathsOf(context.config.home).trust).remove(hash)
  if (removed === 0) throw new AppError('not_found', `Nothing is trusted under ${hash}. List what is with: omni trust list`)
  context.print(`${hash}: no longer trusted\n`)
  return exitCode.ok
}
