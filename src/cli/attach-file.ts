import { readFile, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Client } from '../client/create-client.ts'
import { AppError } from '../spec/app-error.ts'
import { type Attachment, maxAttachmentBytes } from '../spec/attachment.ts'

/** Sends a file of this machine, to go with a prompt. @throws {AppError} when it can not be read or is too large */
export async function attachFile(client: Client, cwd: string, file: string): Promise<Attachment> {
  const path = resolve(cwd, file)
  const found = await stat(path).catch((cause: unknown) => {
    throw new AppError('not_found', `There is no file ${path}.`, { cause })
  })
  if (!found.isFile()) throw new AppError('invalid', `${path} is no file.`)
  if (found.size > maxAttachmentBytes) throw new AppError('too_large', `${path} is over ${maxAttachmentBytes / 1024 / 1024} MB. Put it into the work folder instead.`)
  return client.attach(basename(path), new Uint8Array(await readFile(path)))
}
