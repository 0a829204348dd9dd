import { AppError } from '../../spec/app-error.ts'
import type { HarnessContext } from '../../spec/ports/harness.ts'
import { type JsonRecord, record, recordGone, records, text } from '../json-program.ts'
import type { AcpRow } from './acp-row.ts'
import type { JsonRpc } from '../json-rpc.ts'
import { acpServers } from './mcp-servers.ts'
import { checkProtocol, initializeParams } from './protocol.ts'

export interface OpenSession {
  readonly id: string
  /** False when it goes on with an earlier conversation. */
  readonly fresh: boolean
  readonly version: string
  /** It takes pictures. */
  readonly images: boolean
  /** What the program offers to set: its answer to `session/new|load|resume`. */
  readonly offers: JsonRecord
}

/** Greets the program, opens the conversation, and sets mode and model. @throws {AppError} with the program's words. */
export async function openSession(rpc: JsonRpc, row: AcpRow, context: HarnessContext): Promise<OpenSession> {
  const hello = await rpc.request('initialize', initializeParams(row.quirks?.ownFiles !== true))
  checkProtocol(hello['protocolVersion'], row.title)
  const version = text(record(hello['agentInfo'])['version']) || row.program.npm?.version || 'unknown'
  const servers = acpServers(context.mcp, record(hello['agentCapabilities']))
  for (const name of servers.left) context.emit({ type: 'notice', level: 'warning', text: `${row.title} reaches no remote MCP servers: ${name} is left out.` })
  const place = { cwd: context.workspace, mcpServers: servers.given }
  const { resume } = context
  const offers = resume === undefined ? await rpc.request('session/new', place) : await reopen(rpc, hello, { ...place, sessionId: resume }).catch((error: unknown) => lost(error, row, context))
  const session = { id: resume ?? text(offers['sessionId']), fresh: resume === undefined, version, images: record(record(hello['agentCapabilities'])['promptCapabilities'])['image'] === true, offers }
  // Also when it says that it is in it: one program says so while the user's settings let it ask for nothing.
  if (row.mode !== undefined) await setMode(rpc, session, row.mode)
  if (row.model.by === 'option' && context.route === undefined && context.model !== undefined) await setModel(rpc, session, context.model)
  if (context.effort !== undefined) await setOption(rpc, session, 'thought_level', context.effort)
  return session
}

/** `resume` does not repeat what was said, `load` does. @throws {AppError} with its error object when it refuses. */
async function reopen(rpc: JsonRpc, hello: JsonRecord, params: { readonly sessionId: string }): Promise<JsonRecord> {
  const can = record(hello['agentCapabilities'])
  if (record(can['sessionCapabilities'])['resume'] !== undefined) return rpc.request('session/resume', params)
  if (can['loadSession'] === true) return rpc.request('session/load', params)
  throw new AppError('unavailable', 'it opens no earlier conversation', { details: {} })
}

/** The protocol's code for "sign in first": the record may well be there. */
const signInFirst = -32_000

/** A program that refuses to open its record has lost it. Each has its own code for that; a dead one has refused nothing. */
function lost(error: unknown, { title }: AcpRow, { emit }: HarnessContext): never {
  if (!(error instanceof AppError) || error.details === undefined || record(error.details)['code'] === signInFirst) throw error
  emit({ type: 'resume.lost' })
  throw recordGone(title)
}

export async function setModel(rpc: JsonRpc, session: OpenSession, model: string): Promise<void> {
  if (await setOption(rpc, session, 'model', model)) return
  await rpc.request('session/set_model', { sessionId: session.id, modelId: model })
}

/** The mode it starts in, where it has modes: an option of category `mode`, or the older member `modes`. */
export const modeOf = ({ offers }: OpenSession): string => text(optionOf(offers, 'mode')?.['currentValue']) || text(record(offers['modes'])['currentModeId'])

export async function setMode(rpc: JsonRpc, session: OpenSession, mode: string): Promise<void> {
  if (await setOption(rpc, session, 'mode', mode)) return
  if (!records(record(session.offers['modes'])['availableModes']).some((each) => each['id'] === mode)) return
  await rpc.request('session/set_mode', { sessionId: session.id, modeId: mode })
}

/** Sets the session option of a category. False when the program offers none. */
async function setOption(rpc: JsonRpc, { id, offers }: OpenSession, category: string, value: string): Promise<boolean> {
  const option = optionOf(offers, category)
  if (option === undefined) return false
  await rpc.request('session/set_config_option', { sessionId: id, configId: text(option['id']), value })
  return true
}

const optionOf = (offers: JsonRecord, category: string): JsonRecord | undefined => records(offers['configOptions']).find((each) => each['category'] === category)
