import { type FilePlace, isBinary, readAllowed, ToolFailure, writeAllowed } from './workspace-files.ts'
import { nearestPlace } from './nearest-place.ts'
import { unifiedDiff } from './unified-diff.ts'

export interface Edit {
  readonly old_string: string
  readonly new_string: string
  readonly replace_all?: boolean | undefined
}

/**
 * Replaces exact text in a file and answers with the diff. Line ends of the file are kept: text given with LF finds and
 * becomes CRLF in a file that has it.
 * @throws {ToolFailure} with what is there instead.
 */
export async function editFile(place: FilePlace, edit: Edit): Promise<string> {
  const bytes = await readAllowed(place)
  const before = bytes.toString('utf8')
  // Written back, bytes that are no UTF-8 would be lost.
  if (isBinary(bytes) || !Buffer.from(before, 'utf8').equals(bytes)) throw new ToolFailure(`${place.path} is no UTF-8 text; it can not be edited here.`)
  if (edit.old_string === edit.new_string) throw new ToolFailure('old_string and new_string are the same; nothing to do.')
  const { old, replacement } = inLineEndsOf(before, edit)
  const pieces = before.split(old)
  const found = pieces.length - 1
  if (found === 0) throw new ToolFailure(`old_string is not in ${place.path}.${nearestPlace(before, edit.old_string)}`)
  if (found > 1 && edit.replace_all !== true) {
    throw new ToolFailure(`old_string is in ${place.path} ${found} times, at lines ${linesOf(pieces, old).join(', ')}. Give more of the text around it, or set replace_all.`)
  }
  const after = pieces.join(replacement)
  await writeAllowed(place, after)
  return unifiedDiff(place.path, before, after)
}

function inLineEndsOf(text: string, { old_string: old, new_string: replacement }: Edit): { old: string; replacement: string } {
  if (text.includes(old) && !text.includes('\r\n')) return { old, replacement }
  if (!text.includes('\r\n')) return { old, replacement }
  const crlf = (part: string) => part.replaceAll(/\r?\n/g, '\r\n')
  // A file with mixed ends: text that is there as given is meant as given.
  return text.includes(old) && old.includes('\n') ? { old, replacement } : { old: crlf(old), replacement: crlf(replacement) }
}

function linesOf(pieces: readonly string[], old: string): number[] {
  let line = 1
  return pieces.slice(0, -1).slice(0, 20).map((piece, index) => {
    line += count(piece) + (index > 0 ? count(old) : 0)
    return line
  })
}

const count = (text: string): number => text.split('\n').length - 1
