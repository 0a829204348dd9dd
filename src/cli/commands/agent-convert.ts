import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { readAgentFile, warningText } from '../../app/agent-files.ts'
import { convertAgent } from '../../app/convert-agent.ts'
import { AppError } from '../../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'

/** An agent file of another tool as a native one; what is not carried is said on stderr. */
export async function run(context: CommandContext, [file = '']: readonly string[], options: { readonly output?: string; readonly json?: boolean }): Promise<ExitCode> {
  const { config } = context
  if (options.json === true) {
    const read = await readAgentFile(config, file)
    if (!read.ok) {
      context.print(`${JSON.stringify({ ok: false, problems: read.problems })}\n`)
      return exitCode.usage
    }
  }
  const { loaded: { kind, hash, warnings }, text } = await convertAgent(config, file, options.output)
  if (options.output !== undefined) await writeNew(resolve(config.cwd, options.output), text)
  if (options.json === true) context.print(`${JSON.stringify({ ok: true, kind, hash, text, warnings })}\n`)
  else {
    context.note(warningText(config, warnings))
    if (options.output === undefined) context.print(text)
    else context.note(`${options.output}: written\n`)
  }
  return exitCode.ok
}

/** Never over a file that is there: it may be the one that was read. */
async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EEXIST') throw new AppError('conflict', `${path} is there already. Choose another name, or remove it.`, { cause })
    throw new AppError('invalid', `can not write ${path}: ${cause.message}`, { cause })
  })
}
