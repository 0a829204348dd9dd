import { basename, dirname, join } from 'node:path'
import { isPlaced, namesPlaced, placeFile, readPlaced } from '../../base/folder-files.ts'

/** The program keeps a conversation in `projects/<folder>/<id>.jsonl` of its configuration folder, the folder named after the work folder. */
export async function hasConversationRecord(configFolder: string, session: string): Promise<boolean> {
  return (await findRecord(configFolder, session)) !== undefined
}

/** Copies the record of a conversation from another configuration folder; the other one stays as it is. False when it is not there. */
export async function copyConversationRecord(from: string, to: string, session: string): Promise<boolean> {
  const record = await findRecord(from, session)
  const content = record === undefined ? undefined : await readPlaced(dirname(from), join(basename(from), record))
  if (record === undefined || content === undefined) return false
  await placeFile(dirname(to), join(basename(to), record), content)
  return true
}

/** Its path from the configuration folder. That folder itself may be an agent's to change: what it is in is not. */
async function findRecord(configFolder: string, session: string): Promise<string | undefined> {
  if (!/^[\w-]+$/.test(session)) return undefined
  const [root, own] = [dirname(configFolder), basename(configFolder)]
  for (const folder of await namesPlaced(root, join(own, 'projects'))) {
    const record = join('projects', folder, `${session}.jsonl`)
    if (await isPlaced(root, join(own, record))) return record
  }
  return undefined
}
