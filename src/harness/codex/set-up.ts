import { realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { placeFile } from '../../base/folder-files.ts'
import type { HarnessContext } from '../../spec/ports/harness.ts'
import type { ProjectPart } from '../../spec/trust/project-parts.ts'
import { filesIn, readTextIn, wholeFiles } from '../project-files.ts'
import { projectMemory } from '../project-memory.ts'

/** Its own settings of the project, whole; nothing where they can not be shown whole, and then they are not read. They name servers to run, and rules by which commands run without asking. */
export async function codexProjectParts(workspace: string): Promise<readonly ProjectPart[]> {
  const files = (await wholeFiles(workspace, ['.codex/config.toml', '.codex/hooks.json', '.codex/rules'])) ?? []
  return files.flatMap(({ file, text }) => (text.trim() === '' ? [] : [{ file, reason: 'settings that name programs to run, and what runs without asking', exact: text, data: file }]))
}

/**
 * Settings of every start. Starting a thread with its sandbox off makes the program trust the folder by itself, and then run its servers: so the
 * folder and those above it are marked here, by the person's answer alone. Hooks and the program told of each turn stay off.
 */
export async function codexOverrides({ workspace, trusted = [] }: HarnessContext): Promise<string[]> {
  const real = await realpath(workspace)
  const level = trusted.length > 0 ? 'trusted' : 'untrusted'
  const above = [...ancestors(workspace), ...ancestors(real)].map((folder) => [folder, 'untrusted'] as const)
  const marks = new Map<string, string>([...above, [workspace, level], [real, level]])
  const projects = [...marks].map(([folder, trust]) => `${JSON.stringify(folder)}={trust_level="${trust}"}`).join(',')
  return [`projects={${projects}}`, 'notify=[]', 'features.hooks=false']
}

/** In a folder that is not trusted it does not read what the project says to agents: that is told instead. */
export async function codexInstructions({ workspace, instructions, trusted = [] }: HarnessContext): Promise<string> {
  const memory = trusted.length > 0 ? '' : await projectMemory(workspace, ['AGENTS.override.md', 'AGENTS.md'])
  return [memory, instructions].filter((part) => part !== '').join('\n\n')
}

/** The user's own memory and skills, as copies, where the program has a home of ours. */
export async function copyUserTexts(home: string, userHome: string, own: string): Promise<void> {
  for (const file of ['AGENTS.md', ...(await filesIn(userHome, 'skills'))]) {
    const text = await readTextIn(userHome, file)
    if (text !== undefined) await placeFile(home, join(own, file), text)
  }
}

function ancestors(folder: string): string[] {
  const above = dirname(folder)
  return above === folder ? [] : [above, ...ancestors(above)]
}
