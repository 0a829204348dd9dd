import { z } from 'zod'
import { AppError } from '../../spec/app-error.ts'
import { Attachment, isImage, maxAttachmentBytes, mediaTypeOf } from '../../spec/attachment.ts'
import { BlobHash } from '../../spec/stored-text.ts'
import { route, type Route } from '../route.ts'
import type { ServerDeps } from '../server-deps.ts'

/** Files that go with a prompt: sent here first, then named in the command. One that no prompt names is gone after a day. */
export function attachmentRoutes({ blobs }: Pick<ServerDeps, 'blobs'>): Route[] {
  return [
    route({
      method: 'post', path: '/v1/attachments', summary: 'Takes in one file as the body (application/octet-stream); name it in `turn.start` then.', status: 201,
      query: z.object({ name: z.string().min(1).max(200) }), reply: Attachment,
      handle: async ({ query, context }) => {
        // A form of another site can not send this type without asking first.
        if (!/^application\/octet-stream\b/i.test(context.req.header('content-type') ?? '')) throw new AppError('invalid', 'body: send it as application/octet-stream')
        const bytes = await readBounded(context.req.raw.body)
        return { blob: await blobs.put(bytes), name: query.name, mediaType: mediaTypeOf(bytes), bytes: bytes.byteLength } satisfies Attachment
      },
    }),
    route({
      method: 'get', path: '/v1/images/{hash}', summary: 'A picture of a prompt, to show.', media: 'image/*',
      handle: async ({ params }) => {
        const hash = BlobHash.safeParse(params['hash'])
        const bytes = hash.success ? await blobs.get(hash.data) : undefined
        const mediaType = bytes === undefined ? undefined : mediaTypeOf(bytes)
        // Only what is a picture by its first bytes is shown, and nothing in it may run.
        if (bytes === undefined || mediaType === undefined || !isImage(mediaType)) throw new AppError('not_found', 'There is no such picture.')
        return new Response(new Uint8Array(bytes), {
          headers: { 'content-type': mediaType, 'cache-control': 'private, max-age=31536000, immutable', 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; sandbox" },
        })
      },
    }),
  ]
}

async function readBounded(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body ?? []) {
    size += part.byteLength
    if (size > maxAttachmentBytes) throw new AppError('too_large', `The file is over ${maxAttachmentBytes} bytes. Put it into the work folder instead.`)
    parts.push(part)
  }
  if (size === 0) throw new AppError('invalid', 'body: the file is empty')
  return Buffer.concat(parts)
}
