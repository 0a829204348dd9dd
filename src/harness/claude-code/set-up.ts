import { join } from 'node:path'
import { emptyFolder, placeFile, placeFolder } from '../../base/folder-files.ts'
import type { HarnessContext } from '../../spec/ports/harness.ts'
import { usersEnv } from '../own-set-up.ts'
import { filesIn, readTextIn } from '../project-files.ts'
import { mcpServers } from './mcp-servers.ts'
import { type PartData, textFolders } from './project-parts.ts'

export interface ClaudeSetUp {
  /** A settings file: what a person trusted of the project's hooks, and nothing else. */
  readonly settings: string
  /** Folders of plugins made of copies. */
  readonly plugins: readonly string[]
  /** Folders besides its own that it reads memory files in. */
  readonly folders: readonly string[]
  /** MCP servers in the program's words: the agent's, and the project's that a person trusted. */
  readonly servers: Readonly<Record<string, object>>
  readonly env: Readonly<Record<string, string>>
}

/**
 * What comes along of project and user. The program reads none of their settings files by itself (`--setting-sources=`): an
 * `apiKeyHelper` in one would run before anybody is asked, also with its hooks off. So memory is read through `--add-dir`,
 * skills, commands and agents come as plugins made of copies (`/project:name`, `/user:name`), and hooks and servers are those that a
 * person trusted, written down anew.
 */
export async function claudeSetUp(context: HarnessContext): Promise<ClaudeSetUp> {
  const { workspace, home, mcp, inherit = 'user', trusted = [] } = context
  const env = usersEnv(context)
  const userFolder = env['CLAUDE_CONFIG_DIR'] ?? join(env['HOME'] ?? '/', '.claude')
  // Made anew at every start: nothing of before stays.
  const folder = await emptyFolder(home, 'claude-parts')
  const memory = await placeFolder(home, join(folder, 'memory'))
  const plugins = [await pluginOf(home, join(folder, 'project'), 'project', join(workspace, '.claude'))]
  if (inherit === 'user') {
    plugins.push(await pluginOf(home, join(folder, 'user'), 'user', userFolder))
    await copyTexts(home, userFolder, memory, ['CLAUDE.md'])
  }
  const settings = join(folder, 'settings.json')
  await placeFile(home, settings, JSON.stringify(settingsOf(trusted.map(({ data }) => data as PartData))))
  return {
    settings, plugins, folders: [workspace, memory], servers: { ...serversOf(trusted.map(({ data }) => data as PartData)), ...mcpServers(mcp) },
    env: { CLAUDE_CODE_ADDITIONAL_DIRECTORIES_CLAUDE_MD: '1' },
  }
}

// `data` was made by `claudeProjectParts` of this process: the host reads the parts right before the start.
function settingsOf(parts: readonly PartData[]): object {
  if (parts.length === 0) return { disableAllHooks: true, disableSkillShellExecution: true }
  const hooks: Record<string, unknown[]> = {}
  for (const part of parts) if (part.kind === 'hook') (hooks[part.event] ??= []).push(part.group)
  return { hooks }
}

function serversOf(parts: readonly PartData[]): Record<string, object> {
  return Object.fromEntries(parts.flatMap((part) => (part.kind === 'server' ? [[part.name, part.server as object]] : [])))
}

async function pluginOf(home: string, folder: string, name: string, from: string): Promise<string> {
  await placeFile(home, join(folder, '.claude-plugin', 'plugin.json'), JSON.stringify({ name }))
  for (const kind of textFolders) await copyTexts(home, from, folder, await filesIn(from, kind))
  return folder
}

/** Files of a folder, as they are now. One that leads out of it, or is too large, is left out. */
async function copyTexts(home: string, from: string, to: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const text = await readTextIn(from, file)
    if (text !== undefined) await placeFile(home, join(to, file), text)
  }
}
