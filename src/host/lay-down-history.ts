import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HistoryPart } from '../spec/ports/host-link.ts'

/** The earlier conversation as one text; what is too long to be told is written into `folder` (0700) and named by its path. */
export async function layDownHistory(parts: readonly HistoryPart[], folder: string): Promise<string> {
  const files = parts.filter((part) => 'file' in part)
  if (files.length > 0) await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const { file, text } of files) await writeFile(join(folder, file), text, { mode: 0o600 })
  return parts.map((part) => ('file' in part ? join(folder, part.file) : part.text)).join('')
}
