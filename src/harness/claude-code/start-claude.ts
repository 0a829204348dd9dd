import { join } from 'node:path'
import { placeFolder } from '../../base/folder-files.ts'
import type { HarnessContext, HarnessSession } from '../../spec/ports/harness.ts'
import { recordGone, startJsonProgram, untilReady } from '../json-program.ts'
import { layDownLogin, layDownRecord, ownsSetUp } from '../own-set-up.ts'
import { ClaudeConversation } from './claude-conversation.ts'
import { claudeLogin } from './program.ts'
import { type ConfigPlace, copyConversationRecord, hasConversationRecord } from './conversation-record.ts'

const startWithinMs = 30_000
/** The folder in a session's private folder that is the program's configuration. */
const ownFolder = 'claude'

export interface ClaudeStart {
  readonly title: string
  readonly version: string
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Fields of the `initialize` request. */
  readonly opening: object
}

/** Starts a program that speaks the stream-json control protocol: Claude Code itself, or ours around its SDK. */
export async function startClaude(context: HarnessContext, { title, version, file, args, env: more, opening }: ClaudeStart): Promise<HarnessSession> {
  const env = { ...context.env, ...settings(context), ...more, ...(await routeOf(context)) }
  const place: ConfigPlace = ownsSetUp(context) ? [context.home, ownFolder] : [env['CLAUDE_CONFIG_DIR'] ?? join(env['HOME'] ?? '/', '.claude'), '.']
  await findRecord(context, place, title)
  const conversation = new ClaudeConversation(context, { title, hasRecord: (session) => hasConversationRecord(place, session) })
  const program = startJsonProgram(context, {
    title, file, args, env,
    hear: (message) => conversation.hear(message), ended: (detail) => conversation.ended(detail),
  })
  await untilReady(context, program, conversation.attach(program, opening), { title, withinMs: startWithinMs })
  context.emit({ type: 'ready', version, ...(context.model === undefined ? {} : { model: context.model }) })
  return {
    prompt: (prompt) => conversation.prompt(prompt),
    steer: (text) => conversation.steer(text),
    interrupt: () => conversation.interrupt(),
    setModel: (model) => conversation.setModel(model),
    setMode: (mode) => conversation.setMode(mode),
    keeps: (process) => process.pid === program.pid || process.pid === conversation.pid,
    close: () => program.stop(1_000),
  }
}

/** The program would not start on a token whose record is gone. @throws {AppError} 'unavailable' then. */
async function findRecord({ resume, forkOf, emit }: HarnessContext, place: ConfigPlace, title: string): Promise<void> {
  const token = resume ?? forkOf?.token
  if (token === undefined || (await hasConversationRecord(place, token))) return
  if (forkOf !== undefined && (await copyConversationRecord([forkOf.home, ownFolder], place, token))) return
  emit({ type: 'resume.lost' })
  throw recordGone(title)
}

/**
 * No update, no report home; limits on silence as long as the program takes them, since a call may be held for a person; a
 * refused stream is not asked a second time without streaming; it says when it is at work and when idle; every model has the
 * tools to keep a list of what it means to do, which people see.
 */
const settings = ({ quietMs = 3_600_000 }: HarnessContext): Readonly<Record<string, string>> => ({
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1',
  API_TIMEOUT_MS: String(quietMs), CLAUDE_STREAM_FIRST_BYTE_TIMEOUT_MS: String(Math.min(quietMs, 1_800_000)), CLAUDE_STREAM_IDLE_TIMEOUT_MS: String(Math.min(quietMs, 1_800_000)),
  CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: '1', CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS: '1', CLAUDE_CODE_ENABLE_TODO_TOOLS: '1',
})

/** With a route, or in a box, the program gets a configuration folder of its own; else the user's, with its login. */
async function routeOf(context: HarnessContext): Promise<Readonly<Record<string, string>>> {
  const { route } = context
  if (!ownsSetUp(context)) return {}
  const folder = await placeFolder(context.home, ownFolder)
  await layDownLogin(folder, claudeLogin, context)
  await layDownRecord('claude-code', folder, context)
  return { CLAUDE_CONFIG_DIR: folder, ...(route === undefined ? {} : { ANTHROPIC_BASE_URL: route.baseUrl, ANTHROPIC_API_KEY: route.apiKey }) }
}
