import { AppError } from '../../spec/app-error.ts'
import type { Attachment } from '../../spec/attachment.ts'
import type { Command } from '../../spec/commands.ts'
import { viewBounds } from '../../spec/view/session-view.ts'
import { endTurn } from '../record-signal.ts'
import { startNext } from '../start-next.ts'
import { childrenOf } from '../tools/family.ts'
import type { Lane } from '../state/tree-state.ts'
import { waitsToStart } from '../state/turn-call.ts'
import type { Transaction } from '../transaction.ts'
import { refuseArchived } from './refuse-archived.ts'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

export function startTurn(tx: Transaction, session: string, { text }: Pick<Of<'turn.start'>, 'text'>, attachments: readonly Attachment[]): void {
  enqueue(tx, tx.lane(session), text, attachments)
  startNext(tx, session)
}

/** A steer lands in the running turn where the harness can; otherwise it goes to the head of the queue, and the answer says so. */
export function steerTurn(tx: Transaction, session: string, { text }: Pick<Of<'turn.steer'>, 'text'>): void {
  const lane = tx.lane(session)
  if (lane.turn === undefined) throw new AppError('conflict', 'Nothing is running: send it as a prompt.')
  if (tx.around.abilities(lane.harness)?.steer !== 'turn' || lane.turn.stopping || waitsToStart(lane)) {
    const prompt = enqueue(tx, lane, text)
    if (lane.queue[0] !== undefined) tx.emit(session, 'queue.moved', { prompt, before: lane.queue[0].prompt })
    return
  }
  steerRunning(tx, session, text)
}

export function steerRunning(tx: Transaction, session: string, text: string): void {
  const turn = tx.lane(session).turn
  if (turn === undefined) return
  const steer = tx.around.ids.next('prm')
  tx.emit(session, 'turn.steered', { steer, text, landing: 'turn' })
  tx.order(session, { type: 'turn.steer', session, turn: turn.turn, steer, text })
}

export function interruptTurn(tx: Transaction, session: string, { scope }: Pick<Of<'turn.interrupt'>, 'scope'>): void {
  const lane = tx.lane(session)
  if (scope === 'subtree') for (const child of childrenOf(tx.state, session)) interruptTurn(tx, child.session, { scope })
  const { turn } = lane
  // A stop that finds nothing to stop has reached its goal.
  if (turn === undefined) return
  const waits = waitsToStart(lane)
  tx.emit(session, 'interrupt.requested', { scope })
  if (waits) return endTurn(tx, session, { outcome: 'interrupted' })
  tx.order(session, { type: 'turn.interrupt', session, turn: turn.turn })
}

/** Adds a prompt to the end of the queue and returns its id. */
function enqueue(tx: Transaction, lane: Lane, text: string, attachments: readonly Attachment[] = []): string {
  refuseArchived(lane.archived)
  if (lane.queue.length >= viewBounds.queue) {
    throw new AppError('conflict', `The queue is full (${viewBounds.queue} prompts). Remove one, or wait for one to start.`)
  }
  const prompt = tx.around.ids.next('prm')
  for (const each of attachments) tx.uses(each)
  tx.emit(lane.session, 'queue.added', { prompt, text, ...(attachments.length === 0 ? {} : { attachments: [...attachments] }) })
  return prompt
}
