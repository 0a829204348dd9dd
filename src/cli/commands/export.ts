import { rename } from 'node:fs/promises'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { fetchExport, saveExport } from '../fetch-export.ts'
import { openClient, readSessionRef } from '../open-client.ts'

/** Streams an export; a file appears under its name only when it is whole. */
export async function run(context: CommandContext, [ref = '']: readonly string[], options: { readonly output?: string }): Promise<ExitCode> {
  const open = await openClient(context)
  const session = readSessionRef(ref)
  if (options.output === undefined) {
    for await (const chunk of await fetchExport(open, session)) context.print(Buffer.from(chunk).toString('utf8'))
    return exitCode.ok
  }
  const unfinished = `${options.output}.part`
  await saveExport(open, session, unfinished)
  await rename(unfinished, options.output)
  context.note(`wrote ${options.output}\n`)
  return exitCode.ok
}
