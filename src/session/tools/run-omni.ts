import { AppError } from '../../spec/app-error.ts'
import { type OmniCall, type OmniInput, type OmniTool } from '../../spec/tools/omni-tools.ts'
import { interruptTurn, startTurn, steerTurn } from '../commands/turn-commands.ts'
import type { Lane } from '../state/tree-state.ts'
import type { Transaction } from '../transaction.ts'
import { type Answer, describeChild, plainText, tellEntries } from './answers.ts'
import { startable } from './call-omni.ts'
import { openDebates, startDebate, type WantedDebate } from './debate.ts'
import { childNamed, childrenOf, isAtRest } from './family.ts'
import { spawnChildren } from './spawn-child.ts'

/** Does what a tool is for. Nothing yet: it has to wait for something, and is run again. @throws {AppError} what is to be said to the agent */
type Runner<Tool extends OmniTool> = (tx: Transaction, session: string, input: OmniInput<Tool>, request: string) => Answer | undefined

const runners: { readonly [Tool in OmniTool]: Runner<Tool> } = {
  delegate(tx, session, wanted) {
    const [spawned] = spawnChildren(tx, session, [wanted])
    return { text: `${spawned?.handle ?? ''} is started. It works beside you: wait for it, or go on.` }
  },
  send(tx, session, { child, message }) {
    const lane = need(tx, session, child)
    startTurn(asAgent(tx, session), lane.session, { text: message }, [])
    return { text: isAtRest(tx.lane(lane.session)) ? `${child} can not start now: no machine is there, or its queue is held. It has the prompt.` : `${child} has it.` }
  },
  steer(tx, session, { child, message }) {
    const lane = need(tx, session, child)
    if (lane.turn === undefined) return { text: `${child} is not at work: send it a prompt.`, failed: true }
    steerTurn(asAgent(tx, session), lane.session, { text: message })
    return { text: `${child} is told.` }
  },
  cancel(tx, session, { child }) {
    const lane = need(tx, session, child)
    if (lane.turn === undefined) return { text: `${child} is not at work.` }
    interruptTurn(asAgent(tx, session), lane.session, { scope: 'subtree' })
    return { text: `${child} is being stopped.` }
  },
  wait(tx, session, { children }) {
    if (children === undefined && openDebates(tx.lane(session)).length > 0) return undefined
    const waited = children === undefined ? childrenOf(tx.state, session) : children.map((name) => need(tx, session, name))
    if (!waited.every((lane) => isAtRest(lane) && lane.reported === lane.rest?.turn)) return undefined
    const ids = new Set(waited.map((lane) => lane.session))
    const entries = tx.lane(session).inbox.filter(({ child }) => children === undefined || ids.has(child))
    return { text: entries.length > 0 ? tellEntries(entries) : 'Nothing is under way, and you have been told everything.', entries }
  },
  inbox(tx, session) {
    const entries = tx.lane(session).inbox
    return { text: entries.length > 0 ? tellEntries(entries) : 'Nothing new.', entries }
  },
  children(tx, session) {
    const lines = childrenOf(tx.state, session).map(describeChild)
    const names = [...startable(tx, session).values()].map(({ name, description }) => (description === undefined ? name : `${name} (${description})`))
    return { text: `${lines.length > 0 ? lines.join('\n') : 'You have started none.'}\n\nAgents that you can start: ${names.join(', ') || 'none'}.` }
  },
  ask_all: (tx, session, input, request) => asked(tx, session, { ...input, request, rounds: 0 }),
  debate: (tx, session, input, request) => asked(tx, session, { ...input, request }),
  result(tx, session, { child }) {
    const { said, rest } = need(tx, session, child)
    if (said === undefined) return { text: rest === undefined ? `${child} has said nothing yet.` : `${child} said nothing.${rest.reason === undefined ? '' : ` ${rest.reason}`}` }
    return { text: plainText(said) }
  },
}

/** @returns nothing where the call has to wait */
export function runOmni(tx: Transaction, session: string, call: OmniCall, request: string): Answer | undefined {
  try {
    // Proof: the table's type ties each runner to its tool's input.
    return (runners[call.tool] as Runner<OmniTool>)(tx, session, call.input, request)
  } catch (error) {
    if (error instanceof AppError) return { text: error.message, failed: true }
    throw error
  }
}

/** Begun the first time; answered when it is over. */
function asked(tx: Transaction, session: string, wanted: WantedDebate): Answer | undefined {
  const known = Object.values(tx.lane(session).debates).find(({ request }) => request === wanted.request)
  if (known === undefined) startDebate(tx, session, wanted)
  if (known?.over !== true) return undefined
  const entries = tx.lane(session).inbox.filter(({ child }) => child === known.debate)
  return { text: tellEntries(entries), entries }
}

function need(tx: Transaction, session: string, child: string): Lane {
  const found = childNamed(tx.state, session, child)
  if (found === undefined) throw new AppError('not_found', `You have started no ${child}. You have: ${childrenOf(tx.state, session).map(({ handle = '' }) => handle).join(', ') || 'none'}.`)
  return found
}

/** What follows is the agent's doing. */
const asAgent = (tx: Transaction, session: string): Transaction => tx.from({ by: { kind: 'agent', id: tx.lane(session).agent.name } })
