import { copyPlaced, placeFile, readPlaced } from '../../base/folder-files.ts'
import type { HarnessContext } from '../../spec/ports/harness.ts'
import { picturesFolder, transcriptFile } from './transcript-file.ts'

/**
 * Copies the record of another session's conversation, with its pictures, into this session's private folder; the other one stays
 * as it is. The branch's own token, or undefined when there is no such record.
 */
export async function branchTranscript(harness: string, { token, home }: NonNullable<HarnessContext['forkOf']>, into: string): Promise<string | undefined> {
  const record = await readPlaced(home, transcriptFile(home, harness, token))
  if (record === undefined) return undefined
  const branch = `talk-${crypto.randomUUID()}`
  await placeFile(into, transcriptFile(into, harness, branch), record)
  await copyPlaced([home, picturesFolder(home, harness)], [into, picturesFolder(into, harness)])
  return branch
}
