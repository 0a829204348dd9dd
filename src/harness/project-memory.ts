import { readTextIn } from './project-files.ts'

/** What the project says to agents, for programs that must not read the project's settings and so do not read this either. */
export async function projectMemory(workspace: string, names: readonly string[]): Promise<string> {
  for (const name of names) {
    const text = await readTextIn(workspace, name)
    if (text !== undefined && text.trim() !== '') return `# Instructions of the project (${name})\n${text.trim()}`
  }
  return ''
}
