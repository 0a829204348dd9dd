import type { HarnessAdapter, HarnessContext, HarnessSession } from '../../spec/ports/harness.ts'
import { startJsonProgram, untilReady } from '../json-program.ts'
import { probeProgram } from '../probe-program.ts'
import { askCodex } from './ask-models.ts'
import { CodexConversation } from './codex-conversation.ts'
import { codexConversations } from './earlier-conversations.ts'
import { copyRecords } from './open-thread.ts'
import { codexLogin, codexProgram } from './program.ts'
import { codexInstructions, codexOverrides, codexProjectParts } from './set-up.ts'
import { routeEnv } from './settings.ts'
import { codexStart } from './start-settings.ts'

const startWithinMs = 30_000
const title = 'Codex'

/** Codex over `codex app-server`: its approvals are the gate, its own sandbox is off inside ours. */
export function createCodexAdapter(): HarnessAdapter {
  return {
    id: 'codex', title, vendor: 'openai', program: codexProgram, projectParts: codexProjectParts, setUpFiles: ['**/.codex/{config.toml,hooks.json}', '**/.codex/rules/**'],
    capabilities: { gate: 'every-call', streaming: true, steer: 'turn', interrupt: true, resume: true, fork: true, modelSelection: true, effort: true, planMode: true, images: true, mcp: true, usage: true, context: true, subagents: true },
    limits: [
      { breaks: 'refusal-reason', text: 'Its model is told that a call was "rejected", not why.' },
      { breaks: 'plan-entries', text: 'This version gives its models no list of steps to keep; a plan comes as text.' },
    ],
    credentialEnv: ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'CODEX_HOME'],
    login: codexLogin, models: { providers: ['openai'], named: 'model', ask: askCodex },
    probe: (place) => probeProgram(codexProgram, place, { id: 'codex', title, node: process.execPath }),
    earlier: codexConversations,
    start,
  }
}

async function start(context: HarnessContext): Promise<HarnessSession> {
  const own = await codexStart(context)
  const overrides = (await codexOverrides(context)).flatMap((setting) => ['-c', setting])
  const env = { ...own.env, ...(await routeEnv(context)) }
  await copyRecords(context)
  const conversation = new CodexConversation({ ...context, instructions: await codexInstructions(context) }, own.apiKey)
  const program = startJsonProgram(context, {
    title, file: context.file, args: [...own.args, ...overrides], env,
    hear: (message) => conversation.hear(message), ended: (detail) => conversation.ended(detail),
  })
  const thread = await untilReady(context, program, conversation.attach(program), { title, withinMs: startWithinMs })
  context.emit({ type: 'ready', version: codexProgram.version, ...(thread.model === '' ? {} : { model: thread.model }) })
  // A list that does not come is no reason to stop: the model is then chosen by name.
  void conversation.tellOffers().catch(() => undefined)
  const servers = new Set(Object.values(context.mcp).map((server) => ('command' in server ? [server.command, ...server.args].join(' ') : '')))
  return {
    prompt: (prompt) => conversation.prompt(prompt),
    steer: (text) => conversation.steer(text),
    interrupt: () => conversation.interrupt(),
    setModel: (model) => conversation.setModel(model),
    setMode: (mode) => conversation.setMode(mode),
    // Its own helpers and tool servers must survive an interrupt; the helpers are part of the program's installation.
    keeps: (process) => process.pid === program.pid || /codex[^/]*$/.test(process.command.split(' ')[0] ?? '') || servers.has(process.command),
    close: () => program.stop(1_000),
  }
}
