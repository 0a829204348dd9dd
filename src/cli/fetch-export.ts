import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { AppError } from '../spec/app-error.ts'
import type { OpenClient } from './open-client.ts'

/** The export of a session's whole tree, as it comes. @throws {AppError} 'not_found' */
export async function fetchExport({ client, token }: OpenClient, session: string): Promise<Readable> {
  const response = await fetch(client.exportUrl(session), { headers: { authorization: `Bearer ${token}` } })
  if (!response.ok || response.body === null) throw new AppError('not_found', `There is no session ${session}. List them with: omni sessions --archived`)
  // The DOM's and Node's types of the same stream differ in name only.
  return Readable.fromWeb(response.body as ReadableStream<Uint8Array>)
}

/** Writes it to a file that only this user reads. */
export async function saveExport(open: OpenClient, session: string, path: string): Promise<void> {
  await pipeline(await fetchExport(open, session), createWriteStream(path, { mode: 0o600 }))
}
