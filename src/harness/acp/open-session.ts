import type { HarnessContext } from '../../spec/ports/harness.ts'
import { type JsonRecord, record, records, text } from '../json-program.ts'
import type { AcpRow } from './acp-row.ts'
import type { JsonRpc } from './json-rpc.ts'
import { checkProtocol, initializeParams } from './protocol.ts'

export interface OpenSession {
  readonly id: string
  /** False when it goes on with an earlier conversation. */
  readonly fresh: boolean
  readonly version: string
  /** What the program offers to set: its answer to `session/new|load|resume`. */
  readonly offers: JsonRecord
}

/** A resume token: the program's id of the conversation and when it was last opened, epoch ms. */
export const tokenOf = (id: string, openedAt: number): string => `${id}@${openedAt}`

export function readToken(token: string): { readonly id: string; readonly openedAt: number } {
  const at = token.lastIndexOf('@')
  return at === -1 ? { id: token, openedAt: 0 } : { id: token.slice(0, at), openedAt: Number(token.slice(at + 1)) || 0 }
}

/** Greets the program, opens the conversation, and sets mode and model. @throws {AppError} with the program's words. */
export async function openSession(rpc: JsonRpc, row: AcpRow, context: HarnessContext): Promise<OpenSession> {
  const hello = await rpc.request('initialize', initializeParams(row.quirks?.ownFiles !== true))
  checkProtocol(hello['protocolVersion'], row.title)
  const version = text(record(hello['agentInfo'])['version']) || row.program.npm?.version || 'unknown'
  const place = { cwd: context.workspace, mcpServers: [] }
  const resumed = context.resume === undefined ? undefined : await resume(rpc, hello, { ...place, sessionId: readToken(context.resume).id })
  if (context.resume !== undefined && resumed === undefined) {
    context.emit({ type: 'notice', level: 'warning', text: `${row.title} could not open its record of this conversation: it starts without what was said before.` })
  }
  const offers = resumed ?? (await rpc.request('session/new', place))
  const session = { id: text(offers['sessionId']), fresh: resumed === undefined, version, offers }
  if (row.mode !== undefined) await setMode(rpc, session, row.mode)
  if (row.model.by === 'option' && context.route === undefined && context.model !== undefined) await setModel(rpc, session, context.model)
  if (context.effort !== undefined) await setOption(rpc, session, 'thought_level', context.effort)
  return session
}

/** `resume` does not repeat what was said, `load` does: undefined when it has neither, or lost the conversation. */
async function resume(rpc: JsonRpc, hello: JsonRecord, params: { readonly sessionId: string }): Promise<JsonRecord | undefined> {
  const can = record(hello['agentCapabilities'])
  const method = record(can['sessionCapabilities'])['resume'] !== undefined ? 'session/resume' : can['loadSession'] === true ? 'session/load' : undefined
  if (method === undefined) return undefined
  // Refused: the record is gone. A new conversation is the answer, and it is said.
  const answer = await rpc.request(method, params).catch(() => undefined)
  return answer === undefined ? undefined : { ...answer, sessionId: params.sessionId }
}

export async function setModel(rpc: JsonRpc, session: OpenSession, model: string): Promise<void> {
  if (await setOption(rpc, session, 'model', model)) return
  await rpc.request('session/set_model', { sessionId: session.id, modelId: model })
}

async function setMode(rpc: JsonRpc, session: OpenSession, mode: string): Promise<void> {
  if (await setOption(rpc, session, 'mode', mode)) return
  const modes = record(session.offers['modes'])
  if (modes['currentModeId'] === mode || !records(modes['availableModes']).some((each) => each['id'] === mode)) return
  await rpc.request('session/set_mode', { sessionId: session.id, modeId: mode })
}

/** Sets the session option of a category. False when the program offers none. */
async function setOption(rpc: JsonRpc, { id, offers }: OpenSession, category: string, value: string): Promise<boolean> {
  const option = records(offers['configOptions']).find((each) => each['category'] === category)
  if (option === undefined) return false
  if (option['currentValue'] !== value) await rpc.request('session/set_config_option', { sessionId: id, configId: text(option['id']), value })
  return true
}
