import { createWriteStream } from 'node:fs'
import { rename } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { openClient, readSessionRef } from '../open-client.ts'

/** Streams an export; a file appears under its name only when it is whole. */
export async function run(context: CommandContext, [ref = '']: readonly string[], options: { readonly output?: string }): Promise<ExitCode> {
  const open = await openClient(context)
  const session = readSessionRef(ref)
  const response = await fetch(open.client.exportUrl(session), { headers: { authorization: `Bearer ${open.token}` } })
  if (!response.ok || response.body === null) throw new AppError('not_found', `There is no session ${session}. List them with: omni sessions --archived`)
  // The DOM's and Node's types of the same stream differ in name only.
  const lines = Readable.fromWeb(response.body as ReadableStream<Uint8Array>)
  if (options.output === undefined) {
    for await (const chunk of lines) context.print(Buffer.from(chunk).toString('utf8'))
    return exitCode.ok
  }
  const unfinished = `${options.output}.part`
  await pipeline(lines, createWriteStream(unfinished, { mode: 0o600 }))
  await rename(unfinished, options.output)
  context.note(`wrote ${options.output}\n`)
  return exitCode.ok
}
