import { own } from '../../base/own.ts'
import { type OmniCall, omniToolsOf, readOmniCall, subAgentsOf } from '../../spec/tools/omni-tools.ts'
import type { Action } from '../../spec/actions.ts'
import type { StoredText } from '../../spec/stored-text.ts'
import { proposeCall } from '../gate.ts'
import { specOf, toolNamesOf } from '../read-spec.ts'
import type { Transaction } from '../transaction.ts'
import { depthOf } from './family.ts'

export interface WantedOmni {
  readonly request: string
  readonly tool: string
  readonly input: unknown
}

const maxInputChars = 16_000

/**
 * The agent calls a tool of the engine's: decided as any call is. What is allowed is done by `react`, at once or when it can be; every call is
 * answered exactly once, a wrong one with what is wrong.
 */
export function callOmni(tx: Transaction, session: string, { request, tool, input }: WantedOmni): void {
  const lane = tx.lane(session)
  const refuse = (text: string) => tx.order(session, { type: 'omni.answer', session, request, text, failed: true })
  if (own(lane.calls, request) !== undefined) return // It is under way.
  const read = readOmniCall(tool, input)
  if (!read.ok) return refuse(read.problem)
  const granted: readonly string[] = omniToolsOf(toolNamesOf(lane.agent.spec['tools']))
  if (!granted.includes(tool)) return refuse(`This agent has no ${tool}: its file does not list what grants it under tools.`)
  const text = JSON.stringify(read.call.input)
  if (text.length > maxInputChars) return refuse(`It is longer than ${maxInputChars} characters. Write the long part to a file, and name that.`)
  const storedInput: StoredText = { text }
  proposeCall(tx, session, { call: request, gates: 'omni', tool: `omni.${tool}`, title: titleOf(read.call), input: read.call.input, storedInput, actions: actionsOf(tx, session, read.call) })
}

/** Nobody waits for the answer any more. */
export function omniGone(tx: Transaction, session: string, request: string): void {
  if (own(tx.lane(session).calls, request)?.gates !== 'omni') return
  tx.emit(session, 'tool.completed', { call: request, outcome: 'interrupted', output: { text: '' } })
}

/** An answer came after that: what it told counts as not told. */
export function omniMissed(tx: Transaction, session: string, request: string): void {
  if (tx.lane(session).told.some((told) => told.request === request)) tx.emit(session, 'inbox.returned', { request })
}

/** What it does in the words of policies; looking at one's own children does nothing. */
function actionsOf(tx: Transaction, session: string, call: OmniCall): Action[] {
  const depth = depthOf(tx.state, session) + 1
  const spawn = (agent: string): Action => ({ kind: 'spawn', agent, depth, outbound: false })
  if (call.tool === 'delegate') return [spawn(call.input.agent)]
  return call.tool === 'ask_all' || call.tool === 'debate' ? [...(call.input.agents ?? startable(tx, session).keys())].map(spawn) : []
}

function titleOf(call: OmniCall): string {
  switch (call.tool) {
    case 'delegate': return `delegate to ${call.input.agent}: ${call.input.title}`
    case 'send': case 'steer': case 'cancel': case 'result': return `${call.tool} ${call.input.child}`
    case 'ask_all': case 'debate': return `${call.tool === 'debate' ? 'debate' : 'ask all'}: ${call.input.question.slice(0, 120).toWellFormed()}`
    case 'wait': case 'inbox': case 'children': return call.tool
  }
}

/** The sub-agents that a session may start, by name; none where what its log pins can not be read. */
export function startable(tx: Transaction, session: string): ReturnType<typeof subAgentsOf> {
  const spec = specOf(tx.lane(session).agent)
  return spec === undefined ? new Map() : subAgentsOf(spec)
}
