import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HarnessAdapter, HarnessContext, HarnessSession } from '../../spec/ports/harness.ts'
import { startJsonProgram, untilReady } from '../json-program.ts'
import { probeProgram } from '../probe-program.ts'
import { CodexConversation } from './codex-conversation.ts'
import { codexProgram } from './program.ts'
import { codexInstructions, codexOverrides, codexProjectParts, copyUserTexts } from './set-up.ts'

const startWithinMs = 30_000
const title = 'Codex'
const keyName = 'OMNIGENT_ROUTE_KEY'

/** Codex over `codex app-server`: its approvals are the gate, its own sandbox is off inside ours. */
export function createCodexAdapter(): HarnessAdapter {
  return {
    id: 'codex', title, vendor: 'openai', program: codexProgram, projectParts: codexProjectParts,
    capabilities: { gate: 'every-call', streaming: true, steer: 'turn', interrupt: true, resume: true, modelSelection: true, usage: true },
    limits: [{ breaks: 'refusal-reason', text: 'Its model is told that a call was "rejected", not why.' }],
    credentialEnv: ['OPENAI_API_KEY', 'CODEX_HOME'],
    probe: (place) => probeProgram(codexProgram, place, { id: 'codex', title, node: process.execPath }),
    start,
  }
}

async function start(context: HarnessContext): Promise<HarnessSession> {
  const env = await writeSettings(context)
  const conversation = new CodexConversation({ ...context, instructions: await codexInstructions(context) })
  const program = startJsonProgram(context, {
    title, file: context.file, args: ['app-server', ...overrides(await codexOverrides(context))], env: { ...context.env, ...env },
    hear: (message) => conversation.hear(message), ended: (detail) => conversation.ended(detail),
  })
  const thread = await untilReady(context, program, conversation.attach(program), { title, withinMs: startWithinMs })
  context.emit({ type: 'ready', version: codexProgram.version, ...(thread.model === '' ? {} : { model: thread.model }) })
  return {
    prompt: (prompt) => conversation.prompt(prompt.text),
    steer: (text) => conversation.steer(text),
    interrupt: () => conversation.interrupt(),
    // Its own helpers must survive an interrupt; they are part of the program's installation.
    keeps: (process) => process.pid === program.pid || /codex[^/]*$/.test(process.command.split(' ')[0] ?? ''),
    close: () => program.stop(1_000),
  }
}

/** What it would otherwise fetch, report or run by itself. */
function overrides(more: readonly string[]): string[] {
  return ['features.plugins=false', 'analytics.enabled=false', 'check_for_update_on_startup=false', ...more].flatMap((setting) => ['-c', setting])
}

/** With a route Codex gets a home of its own in the session's private folder; else the user's, with its login. */
async function writeSettings(context: HarnessContext): Promise<Record<string, string>> {
  // Codex puts helper programs under TMPDIR and refuses a home inside it.
  const temporary = join(context.home, 'tmp')
  await mkdir(temporary, { recursive: true, mode: 0o700 })
  if (context.route === undefined) return { TMPDIR: temporary }
  const home = join(context.home, 'codex')
  await mkdir(home, { recursive: true, mode: 0o700 })
  if (context.inherit !== 'none') await copyUserTexts(context.env['CODEX_HOME'] ?? join(context.env['HOME'] ?? '/', '.codex'), home)
  const settings = [
    `model_provider = "gateway"`, `[model_providers.gateway]`, `name = "gateway"`, `base_url = ${JSON.stringify(`${context.route.baseUrl}/v1`)}`, `wire_api = "responses"`,
    `env_key = "${keyName}"`, `requires_openai_auth = false`, `supports_websockets = false`,
    // A model call may be held for a person's answer.
    `stream_idle_timeout_ms = 3600000`, '',
  ]
  await writeFile(join(home, 'config.toml'), settings.join('\n'), { mode: 0o600 })
  return { TMPDIR: temporary, CODEX_HOME: home, [keyName]: context.route.apiKey }
}
