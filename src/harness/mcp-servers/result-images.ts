import type { CallToolResult, ImageContent } from '@modelcontextprotocol/client'
import { type ImageType, isImage, mediaTypeOf } from '../../spec/attachment.ts'

/** A picture of a result; its type is what its bytes say. */
export interface ResultImage {
  readonly mediaType: ImageType
  /** Base64. */
  readonly data: string
  /** The part of the result that it is. */
  readonly part: ImageContent
}

/** Of one result, in characters of base64. */
const maxChars = 8_000_000

/** The pictures of a result that models can be shown: of the types that they take, and no more than is sensible. */
export function resultImages({ content }: Pick<CallToolResult, 'content'>): readonly ResultImage[] {
  let room = maxChars
  return content.flatMap((part) => {
    if (part.type !== 'image' || part.data.length > room) return []
    const mediaType = mediaTypeOf(Buffer.from(part.data.slice(0, 64), 'base64'))
    if (!isImage(mediaType)) return []
    room -= part.data.length
    return [{ mediaType, data: part.data, part }]
  })
}
