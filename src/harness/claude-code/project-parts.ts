import { z } from 'zod'
import { commandText } from '../../spec/agent/command-text.ts'
import type { ProjectPart } from '../../spec/trust/project-parts.ts'
import { filesIn, readJsonIn, readTextIn } from '../project-files.ts'

const settingsFiles = ['.claude/settings.json', '.claude/settings.local.json']
/** What decides how the program runs: of the user and of a project. */
export const claudeSetUpFiles = [...settingsFiles.map((file) => `**/${file}`), '**/.claude/{hooks,plugins}/**', '~/.claude.json', '**/.mcp.json']
/** Folders of texts that the program offers: skills, commands, agents. */
export const textFolders = ['skills', 'commands', 'agents'] as const

const Hooks = z.object({ hooks: z.record(z.string(), z.array(z.looseObject({ hooks: z.array(z.looseObject({ type: z.string() })) }))) })
const Servers = z.object({ mcpServers: z.record(z.string(), z.union([z.looseObject({ command: z.string(), args: z.array(z.string()).optional(), env: z.record(z.string(), z.string()).optional() }), z.looseObject({ url: z.string() })])) })

export type PartData =
  | { readonly kind: 'hook'; readonly event: string; readonly group: unknown }
  | { readonly kind: 'server'; readonly name: string; readonly server: unknown }
  | { readonly kind: 'text'; readonly file: string }

/** Hooks, MCP servers, and texts that run shell lines or hooks when they are used. */
export async function claudeProjectParts(workspace: string): Promise<readonly ProjectPart[]> {
  const hooks = await Promise.all(settingsFiles.map(async (file) => hookParts(file, await readJsonIn(workspace, file))))
  return [...hooks.flat(), ...serverParts(await readJsonIn(workspace, '.mcp.json')), ...(await textParts(workspace))]
}

function hookParts(file: string, settings: unknown): ProjectPart[] {
  const parsed = Hooks.safeParse(settings)
  if (!parsed.success) return []
  return Object.entries(parsed.data.hooks).flatMap(([event, groups]) => groups.map((group) => (
    { file, reason: `a hook to run on ${event}`, exact: group.hooks.map((hook) => (typeof hook['command'] === 'string' ? hook['command'] : JSON.stringify(hook))).join('\n'), data: { kind: 'hook', event, group } satisfies PartData }
  )))
}

function serverParts(config: unknown): ProjectPart[] {
  const parsed = Servers.safeParse(config)
  if (!parsed.success) return []
  return Object.entries(parsed.data.mcpServers).map(([name, server]) => ({
    file: '.mcp.json', reason: `the MCP server ${JSON.stringify(name)}`, exact: 'command' in server ? commandText(server as { command: string }) : JSON.stringify(server), data: { kind: 'server', name, server } satisfies PartData,
  }))
}

async function textParts(workspace: string): Promise<ProjectPart[]> {
  const files = (await Promise.all(textFolders.map((folder) => filesIn(workspace, `.claude/${folder}`)))).flat().filter((file) => file.endsWith('.md'))
  const read = await Promise.all(files.map(async (file) => ({ file, text: (await readTextIn(workspace, file)) ?? '' })))
  return read.filter(({ text }) => /!`|^```!|^\s*["']?hooks["']?\s*:/m.test(text))
    .map(({ file, text }) => ({ file, reason: 'a text that runs commands when it is used', exact: text, data: { kind: 'text', file } satisfies PartData }))
}
