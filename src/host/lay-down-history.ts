import { join } from 'node:path'
import { placeFile } from '../base/folder-files.ts'
import type { HistoryPart } from '../spec/ports/host-link.ts'

/** The earlier conversation as one text; what is too long to be told is written into `folder` of the session's private one and named by its path. */
export async function layDownHistory(parts: readonly HistoryPart[], home: string, folder: string): Promise<string> {
  for (const part of parts) if ('file' in part) await placeFile(home, join(folder, part.file), part.text)
  return parts.map((part) => ('file' in part ? join(home, folder, part.file) : part.text)).join('')
}
