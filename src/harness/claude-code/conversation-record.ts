import { copyFile, lstat, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** The program keeps a conversation in `projects/<folder>/<id>.jsonl` of its configuration folder, the folder named after the work folder. */
export async function hasConversationRecord(configFolder: string, session: string): Promise<boolean> {
  return (await findRecord(configFolder, session)) !== undefined
}

/** Copies the record of a conversation from another configuration folder; the other one stays as it is. False when it is not there. */
export async function copyConversationRecord(from: string, to: string, session: string): Promise<boolean> {
  const folder = await findRecord(from, session)
  if (folder === undefined) return false
  const [source, target] = [join(from, 'projects', folder), join(to, 'projects', folder)]
  await mkdir(target, { recursive: true, mode: 0o700 })
  await copyFile(join(source, `${session}.jsonl`), join(target, `${session}.jsonl`))
  return true
}

async function findRecord(configFolder: string, session: string): Promise<string | undefined> {
  if (!/^[\w-]+$/.test(session)) return undefined
  const projects = join(configFolder, 'projects')
  for (const folder of await readdir(projects).catch(() => [])) {
    // A link is none of the program's making.
    const found = await lstat(join(projects, folder, `${session}.jsonl`)).then((record) => record.isFile(), () => false)
    if (found) return folder
  }
  return undefined
}
