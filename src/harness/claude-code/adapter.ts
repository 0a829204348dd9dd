import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { HarnessAdapter, HarnessContext, HarnessSession } from '../../spec/ports/harness.ts'
import { recordGone, startJsonProgram, untilReady } from '../json-program.ts'
import { probeProgram } from '../probe-program.ts'
import { ClaudeConversation } from './claude-conversation.ts'
import { hasConversationRecord } from './conversation-record.ts'
import { claudeConversations } from './earlier-conversations.ts'
import { claudeCodeProgram, claudeLogin } from './program.ts'
import { claudeProjectParts } from './project-parts.ts'
import { claudeSetUp } from './set-up.ts'

const startWithinMs = 30_000
const title = 'Claude Code'

/** Claude Code over its stream-json control protocol; a PreToolUse hook callback is the gate. */
export function createClaudeCodeAdapter(): HarnessAdapter {
  return {
    id: 'claude-code', title, vendor: 'anthropic', program: claudeCodeProgram, holdsInherit: true, projectParts: claudeProjectParts,
    capabilities: { gate: 'every-call', streaming: true, steer: 'turn', interrupt: true, resume: true, fork: false, modelSelection: true, effort: false, planMode: false, images: false, mcp: false, usage: true, context: false, subagents: false },
    credentialEnv: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL', 'CLAUDE_CODE_OAUTH_TOKEN', 'CLAUDE_CONFIG_DIR'],
    login: claudeLogin, models: { providers: ['anthropic'], named: 'model', ownAliases: ['opus', 'sonnet', 'haiku'] },
    probe: (place) => probeProgram(claudeCodeProgram, place, { id: 'claude-code', title, node: process.execPath }),
    earlier: claudeConversations,
    start,
  }
}

async function start(context: HarnessContext): Promise<HarnessSession> {
  const userFolder = context.env['CLAUDE_CONFIG_DIR'] ?? join(context.env['HOME'] ?? '/', '.claude')
  const setUp = await claudeSetUp(context, userFolder)
  const env = { ...context.env, ...settings, ...setUp.env, ...(await routeOf(context)) }
  const configFolder = env['CLAUDE_CONFIG_DIR'] ?? join(env['HOME'] ?? '/', '.claude')
  const hasRecord = (session: string) => hasConversationRecord(configFolder, session)
  await checkRecord(context, hasRecord)
  const conversation = new ClaudeConversation(context, hasRecord)
  const program = startJsonProgram(context, {
    title, file: context.file, args: [...argumentsOf(context), ...setUp.args], env,
    hear: (message) => conversation.hear(message), ended: (detail) => conversation.ended(detail),
  })
  await untilReady(context, program, conversation.attach(program), { title, withinMs: startWithinMs })
  context.emit({ type: 'ready', version: claudeCodeProgram.version, ...(context.model === undefined ? {} : { model: context.model }) })
  return {
    prompt: (prompt) => conversation.prompt(prompt.text),
    steer: (text) => conversation.steer(text),
    interrupt: () => conversation.interrupt(),
    keeps: (process) => process.pid === program.pid,
    close: () => program.stop(1_000),
  }
}

/** The program would not start on a token whose record is gone. @throws {AppError} 'unavailable' then. */
async function checkRecord({ resume, emit }: HarnessContext, hasRecord: (session: string) => Promise<boolean>): Promise<void> {
  if (resume === undefined || (await hasRecord(resume))) return
  emit({ type: 'resume.lost' })
  throw recordGone(title)
}

/**
 * No update, no report home; limits on silence as long as the program takes them, since a call may be held for a person; a
 * refused stream is not asked a second time without streaming.
 */
const settings: Readonly<Record<string, string>> = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1',
  API_TIMEOUT_MS: '3600000', CLAUDE_STREAM_FIRST_BYTE_TIMEOUT_MS: '1800000', CLAUDE_STREAM_IDLE_TIMEOUT_MS: '1800000',
  CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: '1',
}

function argumentsOf({ model, resume, instructions }: HarnessContext): string[] {
  return [
    '--output-format', 'stream-json', '--verbose', '--input-format', 'stream-json', '--include-partial-messages', '--permission-prompt-tool', 'stdio',
    '--permission-mode', 'default',
    ...(model === undefined ? [] : ['--model', model]), ...(resume === undefined ? [] : ['--resume', resume]), ...(instructions === '' ? [] : ['--append-system-prompt', instructions]),
  ]
}

/** With a route the program gets a configuration folder of its own; else the user's, with its login. */
async function routeOf(context: HarnessContext): Promise<Readonly<Record<string, string>>> {
  if (context.route === undefined) return {}
  const folder = join(context.home, 'claude')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return { CLAUDE_CONFIG_DIR: folder, ANTHROPIC_BASE_URL: context.route.baseUrl, ANTHROPIC_API_KEY: context.route.apiKey }
}
