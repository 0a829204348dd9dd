import { basename } from 'node:path/posix'
import { AppError } from '../spec/app-error.ts'
import { type Attachment, mediaTypeOf } from '../spec/attachment.ts'
import type { AttachmentRef } from '../spec/commands.ts'
import type { BlobStore } from '../spec/ports/session-store.ts'

const maxTotalBytes = 20 * 1024 * 1024

/** What a command names, looked up: size and type are read from the bytes. @throws {AppError} 'not_found', 'too_large' */
export async function findAttachments(blobs: BlobStore, refs: readonly AttachmentRef[] = []): Promise<readonly Attachment[]> {
  const found: Attachment[] = []
  for (const { blob, name } of refs) {
    const bytes = await blobs.get(blob)
    if (bytes === undefined) throw new AppError('not_found', `The attachment ${JSON.stringify(name)} is not here. Send it to POST /v1/attachments first.`)
    found.push({ blob, name: basename(name) || 'file', mediaType: mediaTypeOf(bytes), bytes: bytes.byteLength })
  }
  const total = found.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total > maxTotalBytes) throw new AppError('too_large', `The attachments of one prompt are ${total} bytes together; at most ${maxTotalBytes} fit. Put large files into the work folder.`)
  return found
}
