import { basename, dirname } from 'node:path'
import { isImage, maxAttachmentBytes, mediaTypeOf } from '../../../../spec/attachment.ts'
import type { ToolAnswer } from '../run-tool.ts'
import { type FilePlace, isBinary, listFolder, readAllowed, ToolFailure } from './workspace-files.ts'

const defaultLines = 2_000
const maxChars = 60_000
const maxLineChars = 2_000
const maxNames = 200

/** A part of a file with numbered lines, and how to read on; a picture as one; a folder as its names. */
export async function readFilePart(place: FilePlace, { offset = 1, limit = defaultLines }: { readonly offset?: number | undefined; readonly limit?: number | undefined }): Promise<ToolAnswer> {
  const names = await listFolder(place.allowed)
  if (names !== undefined) return { output: listing(place.path, names) }
  const bytes = await readAllowed(place).catch((error: unknown) => withNeighbours(error, place))
  const mediaType = mediaTypeOf(bytes)
  if (isImage(mediaType)) {
    const what = `${place.path} is a picture (${mediaType}, ${bytes.length} bytes)`
    if (bytes.length > maxAttachmentBytes) throw new ToolFailure(`${what}, too large to be shown. Make a smaller copy with a program in the shell.`)
    return { output: `${what}. It is shown to the model.`, picture: { name: place.path, mediaType, bytes } }
  }
  if (isBinary(bytes)) throw new ToolFailure(`${place.path} is a binary file of ${bytes.length} bytes. Look at it with a program in the shell, such as file or xxd.`)
  const lines = bytes.toString('utf8').split('\n')
  if (lines.at(-1) === '') lines.pop()
  if (lines.length === 0) return { output: `${place.path} is empty.` }
  if (offset > lines.length) throw new ToolFailure(`${place.path} has ${lines.length} lines; there is no line ${offset}.`)
  return { output: part(lines, offset, limit) }
}

function part(lines: readonly string[], offset: number, limit: number): string {
  const shown: string[] = []
  let chars = 0
  let cut = false
  for (const [index, line] of lines.slice(offset - 1, offset - 1 + limit).entries()) {
    const kept = line.length > maxLineChars ? `${line.slice(0, maxLineChars)} [line cut, ${line.length} characters]` : line
    if (chars + kept.length > maxChars && shown.length > 0) break
    cut ||= kept !== line
    chars += kept.length + 8
    shown.push(`${String(offset + index).padStart(5)}\t${kept}`)
  }
  const last = offset + shown.length - 1
  const more = last < lines.length ? `\n[Lines ${offset} to ${last} of ${lines.length}. Read on with offset ${last + 1}.]` : ''
  const long = cut ? '\n[Long lines were cut; see them whole with cut -c or jq in the shell.]' : ''
  return `${shown.join('\n')}${more}${long}`.toWellFormed()
}

function listing(path: string, names: readonly string[]): string {
  const more = names.length > maxNames ? `\n[${names.length - maxNames} more names]` : ''
  return names.length === 0 ? `${path} is an empty folder.` : `${path} is a folder:\n${names.slice(0, maxNames).join('\n')}${more}`
}

/** A wrong name is most often a near one. */
async function withNeighbours(error: unknown, place: FilePlace): Promise<never> {
  if (!(error instanceof ToolFailure) || !error.message.endsWith('does not exist.')) throw error
  const wanted = basename(place.allowed).toLowerCase()
  const stem = wanted.split('.')[0] ?? wanted
  const near = (await listFolder(dirname(place.allowed)))?.filter((name) => name.toLowerCase().includes(stem) || (name.length > 4 && wanted.includes((name.split('.')[0] ?? name).toLowerCase()))).slice(0, 5) ?? []
  throw new ToolFailure(near.length === 0 ? error.message : `${error.message} In the same folder: ${near.join(', ')}.`)
}
