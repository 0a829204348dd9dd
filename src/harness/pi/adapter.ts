import { existsSync } from 'node:fs'
import type { HarnessAdapter, HarnessContext, HarnessSession } from '../../spec/ports/harness.ts'
import { startJsonProgram, untilReady } from '../json-program.ts'
import { type McpServers, startMcpServers } from '../mcp-servers/mcp-servers.ts'
import { commandOf, probeProgram } from '../probe-program.ts'
import { tellToken } from '../tell-token.ts'
import { askPi } from './ask-models.ts'
import { piConversations } from './earlier-conversations.ts'
import { PiConversation } from './pi-conversation.ts'
import { piLogin, piProgram } from './program.ts'
import { piProjectParts } from './set-up.ts'
import { writeSettings } from './settings.ts'

const startWithinMs = 30_000
const title = 'Pi'

/** Pi over `pi --mode rpc`, with our gate as its extension. It runs no tool servers itself: the adapter does. */
export function createPiAdapter({ node }: { readonly node: string }): HarnessAdapter {
  return {
    id: 'pi', title, program: piProgram, holdsInherit: true, projectParts: piProjectParts, setUpFiles: ['**/.pi/settings.json', '**/.pi/extensions/**', '~/.pi/agent/{settings,models}.json', '~/.pi/agent/extensions/**'],
    capabilities: { gate: 'every-call', streaming: true, steer: 'turn', interrupt: true, resume: true, fork: true, modelSelection: true, effort: true, planMode: false, images: true, mcp: true, usage: true, context: true, subagents: false },
    limits: [{ breaks: 'plan-entries', text: 'It keeps no list of steps.' }],
    credentialEnv: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY', 'GROQ_API_KEY', 'MISTRAL_API_KEY', 'DEEPSEEK_API_KEY', 'XAI_API_KEY', 'PI_CODING_AGENT_DIR'],
    login: piLogin,
    models: { providers: ['anthropic', 'openai', 'google', 'openrouter', 'groq', 'mistral', 'deepseek', 'xai'], named: 'provider/model', ask: (place) => askPi(place, node) },
    probe: (place) => probeProgram(piProgram, place, { id: 'pi', title, node }),
    earlier: piConversations,
    start: async (context) => {
      const servers = await startMcpServers(context)
      return start(context, node, servers).catch(async (error: unknown) => {
        await servers.close()
        throw error
      })
    },
  }
}

async function start(context: HarnessContext, node: string, servers: McpServers): Promise<HarnessSession> {
  const settings = await writeSettings(context, servers.tools)
  const command = commandOf(context.file, node)
  const conversation = new PiConversation(context, servers)
  const program = startJsonProgram(context, {
    title, file: command.file, args: [...command.args, '--mode', 'rpc', ...settings.args], env: { ...context.env, ...settings.env },
    hear: (message) => conversation.hear(message), ended: (detail) => conversation.ended(detail),
  })
  const state = await untilReady(context, program, conversation.attach(program), { title, withinMs: startWithinMs })
  context.emit({ type: 'ready', version: piProgram.version, ...(state.model === '' ? {} : { model: state.model }) })
  tellToken(context, state.sessionFile, async () => existsSync(state.sessionFile))
  // A list that does not come is no reason to stop: what is in it can be named without it.
  void conversation.tellOffers().catch(() => undefined)
  return {
    prompt: (prompt) => conversation.prompt(prompt),
    steer: (text) => conversation.steer(text),
    interrupt: () => conversation.interrupt(),
    setModel: (model) => conversation.setModel(model),
    keeps: (process) => process.pid === program.pid || servers.keeps(process),
    close: async () => {
      await program.stop(1_000)
      await servers.close()
    },
  }
}
