import { z } from 'zod'
import { BlobHash } from './stored-text.ts'

/** Of one prompt. */
export const maxAttachments = 10
export const maxAttachmentBytes = 10 * 1024 * 1024

/** Pictures that models are shown. */
export const imageTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const
export type ImageType = (typeof imageTypes)[number]

/** A file that a person sends with a prompt; its bytes are in the blob store. */
export const Attachment = z.strictObject({
  blob: BlobHash,
  /** Its last path part where it came from, for people and programs; never a place to write to. */
  name: z.string().min(1).max(200),
  /** By its first bytes, not by what was claimed: one of `imageTypes`, or `application/octet-stream`. */
  mediaType: z.enum([...imageTypes, 'application/octet-stream']),
  bytes: z.number().int().nonnegative(),
})
export type Attachment = z.infer<typeof Attachment>

export const isImage = (mediaType: string): mediaType is ImageType => imageTypes.some((each) => each === mediaType)

/** The type that a file's first bytes say. @see RFC 9649 (WebP), ISO/IEC 15948 (PNG), the GIF89a and JPEG specifications */
export function mediaTypeOf(bytes: Uint8Array): Attachment['mediaType'] {
  const starts = (at: number, text: string) => text.split('').every((letter, index) => bytes[at + index] === letter.charCodeAt(0))
  if (starts(0, '\x89PNG\r\n\x1a\n')) return 'image/png'
  if (starts(0, '\xff\xd8\xff')) return 'image/jpeg'
  if (starts(0, 'GIF87a') || starts(0, 'GIF89a')) return 'image/gif'
  if (starts(0, 'RIFF') && starts(8, 'WEBP')) return 'image/webp'
  return 'application/octet-stream'
}
