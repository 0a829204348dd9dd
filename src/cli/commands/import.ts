import { openAsBlob } from 'node:fs'
import { z } from 'zod'
import { AppError } from '../../spec/app-error.ts'
import { ErrorBody } from '../../spec/api/http.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { openClient, pageAddress } from '../open-client.ts'

const Imported = z.object({ tree: z.string(), session: z.string(), events: z.number() })

export async function run(context: CommandContext, [file = '']: readonly string[], options: { readonly json?: boolean }): Promise<ExitCode> {
  const blob = await openAsBlob(file).catch((cause: unknown) => {
    throw new AppError('not_found', `Cannot read ${file}.`, { cause })
  })
  const open = await openClient(context)
  const response = await fetch(`${open.url}/v1/import`, {
    method: 'POST', body: blob, headers: { authorization: `Bearer ${open.token}`, 'content-type': 'application/x-ndjson' },
  })
  const answer: unknown = await response.json()
  if (!response.ok) {
    const { error } = ErrorBody.parse(answer)
    throw new AppError('invalid', error.message, { details: error.details })
  }
  const imported = Imported.parse(answer)
  if (options.json === true) context.print(`${JSON.stringify(imported)}\n`)
  else context.note(`imported ${imported.events} events as ${imported.session}\n${pageAddress(open.url, open.token, imported.session)}\n`)
  return exitCode.ok
}
