import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Whether the program has a record of the conversation: `projects/<folder>/<id>.jsonl` in its configuration folder. */
export async function hasConversationRecord(configFolder: string, session: string): Promise<boolean> {
  if (!/^[\w-]+$/.test(session)) return false
  const projects = join(configFolder, 'projects')
  const folders = await readdir(projects).catch(() => [])
  const found = await Promise.all(folders.map((folder) => access(join(projects, folder, `${session}.jsonl`)).then(() => true, () => false)))
  return found.includes(true)
}
