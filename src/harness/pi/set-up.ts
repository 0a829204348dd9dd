import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { placeFile } from '../../base/folder-files.ts'
import type { HarnessContext } from '../../spec/ports/harness.ts'
import type { ProjectPart } from '../../spec/trust/project-parts.ts'
import { ownsSetUp } from '../own-set-up.ts'
import { filesIn, readTextIn } from '../project-files.ts'
import { projectMemory } from '../project-memory.ts'

const extensions = '.pi/extensions'
const memoryNames = ['AGENTS.md', 'CLAUDE.md']

/** Extensions are code in the program's own process. */
export async function piProjectParts(workspace: string): Promise<readonly ProjectPart[]> {
  const files = await filesIn(workspace, extensions)
  const read = await Promise.all(files.map(async (file) => ({ file, text: await readTextIn(workspace, file) })))
  return read.map(({ file, text = '' }) => ({ file, reason: 'code to run inside the program', exact: text, data: file }))
}

/**
 * What comes along of project and user, as arguments. The program's own discovery of the project is off (`--no-approve`):
 * its settings name shells, packages and code. Extensions are those that a person trusted; texts are named one by one.
 */
export async function piSetUp(context: HarnessContext, agentFolder: string): Promise<string[]> {
  const { workspace, home, inherit = 'user', trusted = [] } = context
  const owns = ownsSetUp(context)
  const args = ['--no-extensions', '--no-approve']
  for (const { file } of trusted) if (/^\.pi\/extensions\/(?:[^/]+|[^/]+\/index)\.[mc]?[jt]s$/.test(file)) args.push('--extension', join(workspace, file))
  const folders = [join(workspace, '.pi', 'skills'), join(workspace, '.agents', 'skills'), ...(inherit === 'user' && owns ? [join(agentFolder, 'skills')] : [])]
  for (const folder of folders) if (existsSync(folder)) args.push('--skill', folder)
  const prompts = [join(workspace, '.pi', 'prompts'), ...(inherit === 'user' && owns ? [join(agentFolder, 'prompts')] : [])]
  for (const folder of prompts) if (existsSync(folder)) args.push('--prompt-template', folder)
  if (inherit === 'none') {
    // Off for the user's; the project's memory, which that takes along, is told.
    args.push('--no-skills', '--no-prompt-templates', '--no-context-files', ...(await told(home, 'project', await projectMemory(workspace, memoryNames))))
  } else if (owns) args.push(...(await told(home, 'user', (await readTextIn(agentFolder, 'AGENTS.md')) ?? '')))
  return args
}

async function told(home: string, name: string, text: string): Promise<string[]> {
  if (text === '') return []
  const file = join(home, 'pi', `${name}-memory.md`)
  await placeFile(home, file, text)
  return ['--append-system-prompt', file]
}
