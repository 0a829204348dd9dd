import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type ImageType, imageTypes } from '../../../spec/attachment.ts'
import { picturesFolder } from '../transcript-file.ts'

/** A picture of the conversation. The transcript names it; its bytes are a file in the session's private folder, so that it stays what it was. */
export const Picture = z.object({ name: z.string(), mediaType: z.enum(imageTypes), file: z.string().regex(/^[0-9a-f]{64}$/) })
export type Picture = z.infer<typeof Picture>

/** A picture as a service takes it. */
export interface ShownPicture {
  readonly mediaType: ImageType
  /** Base64. */
  readonly data: string
}

/** The pictures of all conversations of a session. */
export class Pictures {
  readonly #folder: string
  /** What a model's service did not take is not sent to it again: each call would fail on it. */
  readonly #refused = new Set<string>()

  constructor(home: string, harness: string) {
    this.#folder = picturesFolder(home, harness)
  }

  async keep(name: string, mediaType: ImageType, bytes: Uint8Array): Promise<Picture> {
    const file = createHash('sha256').update(bytes).digest('hex')
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await writeFile(join(this.#folder, file), bytes, { mode: 0o600 })
    return { name, mediaType, file }
  }

  refuse(pictures: readonly Picture[], model: string): void {
    for (const { file } of pictures) this.#refused.add(`${file} ${model}`)
  }

  /** The pictures that a model can be sent. */
  sendable(pictures: readonly Picture[], model: string): readonly Picture[] {
    return pictures.filter(({ file }) => !this.#refused.has(`${file} ${model}`))
  }

  /** The picture, or words in its place. */
  async show(picture: Picture, model: string): Promise<ShownPicture | string> {
    if (this.sendable([picture], model).length === 0) return `[The picture ${picture.name} can not be shown to you: the model service does not take it.]`
    const bytes = await readFile(join(this.#folder, picture.file)).catch(() => undefined)
    return bytes === undefined ? `[The picture ${picture.name} is gone.]` : { mediaType: picture.mediaType, data: bytes.toString('base64') }
  }
}
