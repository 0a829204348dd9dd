import { join } from 'node:path'
import { isPlaced, namesPlaced, placeFile, readPlaced } from '../../base/folder-files.ts'

/** A configuration folder of the program: a root that no agent can change, and its path from there. */
export type ConfigPlace = readonly [root: string, folder: string]

/** The program keeps a conversation in `projects/<folder>/<id>.jsonl` of its configuration folder, the folder named after the work folder. */
export async function hasConversationRecord(place: ConfigPlace, session: string): Promise<boolean> {
  return (await findRecord(place, session)) !== undefined
}

/** Copies the record of a conversation from another configuration folder; the other one stays as it is. False when it is not there. */
export async function copyConversationRecord(from: ConfigPlace, to: ConfigPlace, session: string): Promise<boolean> {
  const record = await findRecord(from, session)
  const content = record === undefined ? undefined : await readPlaced(from[0], join(from[1], record))
  if (record === undefined || content === undefined) return false
  await placeFile(to[0], join(to[1], record), content)
  return true
}

/** Its path from the configuration folder. */
async function findRecord([root, own]: ConfigPlace, session: string): Promise<string | undefined> {
  if (!/^[\w-]+$/.test(session)) return undefined
  for (const folder of await namesPlaced(root, join(own, 'projects'))) {
    const record = join('projects', folder, `${session}.jsonl`)
    if (await isPlaced(root, join(own, record))) return record
  }
  return undefined
}
