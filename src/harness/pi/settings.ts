import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { placeFile, placeFolder } from '../../base/folder-files.ts'
import { AppError } from '../../spec/app-error.ts'
import type { HarnessContext } from '../../spec/ports/harness.ts'
import { recordGone } from '../json-program.ts'
import { layDownLogin, layDownRecord, ownsSetUp, usersEnv } from '../own-set-up.ts'
import { piLogin } from './program.ts'
import type { McpTool } from '../mcp-servers/mcp-servers.ts'
import { gateExtension } from './gate-extension.ts'
import { piSetUp } from './set-up.ts'

/** The provider that a route is known by. */
export const gateway = 'gateway'
const levels = new Set(['off', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])

export interface PiSettings {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Everything Pi needs from us, in the session's private folder; the user's own configuration stays in place without a route or a box. */
export async function writeSettings(context: HarnessContext, tools: readonly McpTool[]): Promise<PiSettings> {
  const { home } = context
  const folder = join(home, 'pi')
  const sessions = await placeFolder(home, join(folder, 'sessions'))
  const gate = join(folder, 'gate.mjs')
  await placeFile(home, gate, gateExtension(tools))
  const users = usersEnv(context)
  const usersFolder = users['PI_CODING_AGENT_DIR'] ?? join(users['HOME'] ?? '/', '.pi', 'agent')
  const args = ['--extension', gate, '--session-dir', sessions, ...conversation(context, await layDownRecord('pi', agentFolder(context), context)), ...thinking(context), ...(await piSetUp(context, usersFolder))]
  const env = { PI_OFFLINE: '1', PI_TELEMETRY: '0', PI_SKIP_VERSION_CHECK: '1' }
  if (context.instructions !== '') {
    const file = join(folder, 'instructions.md')
    await placeFile(home, file, context.instructions)
    args.push('--append-system-prompt', file)
  }
  const { route, model } = context
  const named = route === undefined ? (model === undefined ? [] : ['--model', model]) : ['--provider', gateway, '--model', model ?? 'default']
  if (!ownsSetUp(context)) return { args: [...args, ...named], env }
  const agent = await placeFolder(home, agentFolder(context))
  await layDownLogin(agent, piLogin, context)
  await writeModels(context, [model ?? 'default'])
  // A model call may be held for a person's answer: no time limit on silence.
  await placeFile(home, join(agent, 'settings.json'), JSON.stringify({ httpIdleTimeoutMs: context.quietMs ?? 0 }))
  return { args: [...args, ...named], env: { ...env, PI_CODING_AGENT_DIR: agent } }
}

/** The models of the route. Pi knows nothing of them: whether one can think is told by who asks it to. */
export async function writeModels(context: HarnessContext, models: readonly string[]): Promise<void> {
  const { route, effort } = context
  if (route === undefined) return
  const known = models.map((id) => ({ id, input: ['text', 'image'], reasoning: effort !== undefined, contextWindow: 200_000, maxTokens: 8_000 }))
  const provider = { baseUrl: route.baseUrl, api: 'anthropic-messages', apiKey: route.apiKey, models: known }
  await placeFile(context.home, join(agentFolder(context), 'models.json'), JSON.stringify({ providers: { [gateway]: provider } }))
}

const agentFolder = ({ home }: HarnessContext): string => join(home, 'pi', 'agent')

/** A token is the path of a conversation's file. Pi would start an empty one in a file that is not there. @param brought where it lies instead */
function conversation({ resume, forkOf, emit }: HarnessContext, brought: string | undefined): string[] {
  if (forkOf !== undefined) {
    if (!existsSync(forkOf.token)) throw new AppError('unavailable', 'Pi’s own record of the conversation to branch from is gone.')
    return ['--fork', forkOf.token]
  }
  if (resume === undefined) return []
  const file = brought ?? resume
  if (existsSync(file)) return ['--session', file]
  emit({ type: 'resume.lost' })
  throw recordGone('Pi')
}

function thinking({ effort, emit }: HarnessContext): string[] {
  if (effort === undefined) return []
  if (levels.has(effort)) return ['--thinking', effort]
  emit({ type: 'notice', level: 'warning', text: `Pi knows no effort ${effort}; it has ${[...levels].join(', ')}. It goes on with its own.` })
  return []
}
