import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HarnessAdapter, HarnessContext, HarnessSession } from '../../spec/ports/harness.ts'
import { recordGone, startJsonProgram, untilReady } from '../json-program.ts'
import { commandOf, probeProgram } from '../probe-program.ts'
import { tellToken } from '../tell-token.ts'
import { gateExtension } from './gate-extension.ts'
import { PiConversation } from './pi-conversation.ts'
import { askPi } from './ask-models.ts'
import { piConversations } from './earlier-conversations.ts'
import { piLogin, piProgram } from './program.ts'
import { piProjectParts, piSetUp } from './set-up.ts'

const startWithinMs = 30_000
const title = 'Pi'

/** Pi over `pi --mode rpc`, with our gate as its extension. */
export function createPiAdapter({ node }: { readonly node: string }): HarnessAdapter {
  return {
    id: 'pi', title, program: piProgram, holdsInherit: true, projectParts: piProjectParts,
    capabilities: { gate: 'every-call', streaming: true, steer: 'turn', interrupt: true, resume: true, fork: false, modelSelection: true, effort: false, planMode: false, images: false, mcp: false, usage: true, context: false, subagents: false },
    credentialEnv: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY', 'GROQ_API_KEY', 'MISTRAL_API_KEY', 'DEEPSEEK_API_KEY', 'XAI_API_KEY', 'PI_CODING_AGENT_DIR'],
    login: piLogin,
    models: { providers: ['anthropic', 'openai', 'google', 'openrouter', 'groq', 'mistral', 'deepseek', 'xai'], named: 'provider/model', ask: (place) => askPi(place, node) },
    probe: (place) => probeProgram(piProgram, place, { id: 'pi', title, node }),
    earlier: piConversations,
    start: (context) => start(context, node),
  }
}

async function start(context: HarnessContext, node: string): Promise<HarnessSession> {
  // It would start an empty conversation in a file of that name.
  if (context.resume !== undefined && !existsSync(context.resume)) {
    context.emit({ type: 'resume.lost' })
    throw recordGone(title)
  }
  const settings = await writeSettings(context)
  const command = commandOf(context.file, node)
  const conversation = new PiConversation(context)
  const program = startJsonProgram(context, {
    title, file: command.file, args: [...command.args, '--mode', 'rpc', ...settings.args], env: { ...context.env, ...settings.env },
    hear: (message) => conversation.hear(message), ended: (detail) => conversation.ended(detail),
  })
  const state = await untilReady(context, program, conversation.attach(program), { title, withinMs: startWithinMs })
  context.emit({ type: 'ready', version: piProgram.version, ...(state.model === '' ? {} : { model: state.model }) })
  tellToken(context, state.sessionFile, async () => existsSync(state.sessionFile))
  return {
    prompt: (prompt) => conversation.prompt(prompt.text),
    steer: (text) => conversation.steer(text),
    interrupt: () => conversation.interrupt(),
    keeps: (process) => process.pid === program.pid,
    close: () => program.stop(1_000),
  }
}

/** Everything Pi needs from us, in the session's private folder; the user's own configuration stays in place without a route. */
async function writeSettings(context: HarnessContext): Promise<{ args: string[]; env: Record<string, string> }> {
  const folder = join(context.home, 'pi')
  const sessions = join(folder, 'sessions')
  await mkdir(sessions, { recursive: true, mode: 0o700 })
  const gate = join(folder, 'gate.mjs')
  await writeFile(gate, gateExtension, { mode: 0o600 })
  const agentFolder = context.env['PI_CODING_AGENT_DIR'] ?? join(context.env['HOME'] ?? '/', '.pi', 'agent')
  const args = ['--extension', gate, '--session-dir', sessions, ...(await piSetUp(context, agentFolder))]
  if (context.resume !== undefined) args.push('--session', context.resume)
  const env: Record<string, string> = { PI_OFFLINE: '1', PI_TELEMETRY: '0', PI_SKIP_VERSION_CHECK: '1' }
  if (context.instructions !== '') {
    const file = join(folder, 'instructions.md')
    await writeFile(file, context.instructions, { mode: 0o600 })
    args.push('--append-system-prompt', file)
  }
  if (context.route === undefined) {
    if (context.model !== undefined) args.push('--model', context.model)
    return { args, env }
  }
  const agent = join(folder, 'agent')
  const model = context.model ?? 'default'
  await mkdir(agent, { recursive: true, mode: 0o700 })
  const provider = { baseUrl: context.route.baseUrl, api: 'anthropic-messages', apiKey: context.route.apiKey, models: [{ id: model, contextWindow: 200_000, maxTokens: 8_000 }] }
  await writeFile(join(agent, 'models.json'), JSON.stringify({ providers: { gateway: provider } }), { mode: 0o600 })
  // A model call may be held for a person's answer: no time limit on silence.
  await writeFile(join(agent, 'settings.json'), JSON.stringify({ httpIdleTimeoutMs: 0 }), { mode: 0o600 })
  return { args: [...args, '--provider', 'gateway', '--model', model], env: { ...env, PI_CODING_AGENT_DIR: agent } }
}
