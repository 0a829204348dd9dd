import { extname, join } from 'node:path'
import { placeFile } from '../base/folder-files.ts'
import { isImage } from '../spec/attachment.ts'
import type { PromptImage } from '../spec/ports/harness.ts'
import type { SentFile } from '../spec/ports/host-link.ts'

export interface LaidDown {
  /** What the program is shown as pictures. */
  readonly images: readonly PromptImage[]
  /** What it is told about the rest; empty when there is none. */
  readonly text: string
}

/**
 * Writes the files of a prompt into `folder` of the session's private one, where the program can read them. A name comes from outside: the file is
 * called by its number, and keeps only an ordinary ending.
 * @param showsImages whether the program takes pictures; otherwise it is told where they are
 */
export async function layDownFiles(files: readonly SentFile[], { home, folder }: { readonly home: string; readonly folder: string }, showsImages: boolean): Promise<LaidDown> {
  const images: PromptImage[] = []
  const lines: string[] = []
  for (const [index, { name, mediaType, data }] of files.entries()) {
    const ending = /^\.[A-Za-z0-9]{1,10}$/.exec(extname(name))?.[0] ?? ''
    const file = join(folder, `${index + 1}${ending}`)
    await placeFile(home, file, Buffer.from(data, 'base64'))
    if (showsImages && isImage(mediaType)) images.push({ mediaType, file, data })
    else lines.push(`- ${JSON.stringify(name)} is at ${file}`)
  }
  return { images, text: lines.length === 0 ? '' : `Attached files:\n${lines.join('\n')}` }
}
