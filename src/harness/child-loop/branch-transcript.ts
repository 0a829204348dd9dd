import { copyFile, cp, lstat, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { HarnessContext } from '../../spec/ports/harness.ts'
import { picturesFolder, transcriptFile } from './transcript-file.ts'

/**
 * Copies the record of another session's conversation, with its pictures, into this session's private folder; the other one stays
 * as it is. The branch's own token, or undefined when there is no such record.
 */
export async function branchTranscript(harness: string, { token, home }: NonNullable<HarnessContext['forkOf']>, into: string): Promise<string | undefined> {
  const source = transcriptFile(home, harness, token)
  // Commands of the agent can write here: a link is none of the program's making, and is not followed.
  if (!(await isThere(source, 'isFile'))) return undefined
  const branch = `talk-${crypto.randomUUID()}`
  const target = transcriptFile(into, harness, branch)
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  await copyFile(source, target)
  const pictures = picturesFolder(home, harness)
  if (await isThere(pictures, 'isDirectory')) await cp(pictures, picturesFolder(into, harness), { recursive: true })
  return branch
}

const isThere = (path: string, kind: 'isFile' | 'isDirectory'): Promise<boolean> => lstat(path).then((found) => found[kind](), () => false)
