import { AppError } from '../../spec/app-error.ts'
import type { Command } from '../../spec/commands.ts'
import { startNext } from '../start-next.ts'
import type { QueueEntry } from '../state/tree-state.ts'
import type { Transaction } from '../transaction.ts'
import { refuseArchived } from './refuse-archived.ts'
import { steerRunning } from './turn-commands.ts'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

export function changeQueue(tx: Transaction, session: string, { prompt, text }: Of<'queue.change'>): void {
  findQueued(tx, session, prompt)
  tx.emit(session, 'queue.changed', { prompt, text })
}

export function moveInQueue(tx: Transaction, session: string, { prompt, before }: Of<'queue.move'>): void {
  findQueued(tx, session, prompt)
  if (before !== null) findQueued(tx, session, before)
  tx.emit(session, 'queue.moved', { prompt, before })
}

export function removeFromQueue(tx: Transaction, session: string, { prompt }: Of<'queue.remove'>): void {
  findQueued(tx, session, prompt)
  tx.emit(session, 'queue.removed', { prompt })
}

export function steerFromQueue(tx: Transaction, session: string, { prompt }: Of<'queue.steer'>): void {
  const { text } = findQueued(tx, session, prompt)
  const lane = tx.lane(session)
  if (lane.turn === undefined || lane.turn.stopping) throw new AppError('conflict', 'Nothing is running that could be steered.')
  if (tx.around.abilities(lane.harness)?.steer !== 'turn') {
    throw new AppError('unsupported', `${lane.harness} takes no steer into a running turn; the prompt stays in the queue.`)
  }
  tx.emit(session, 'queue.removed', { prompt })
  steerRunning(tx, session, text)
}

/** Goes on after an interrupted or failed turn. */
export function runQueue(tx: Transaction, session: string): void {
  const lane = tx.lane(session)
  refuseArchived(lane.archived)
  if (lane.queue.length === 0) throw new AppError('conflict', 'The queue is empty.')
  if (!lane.held) return
  tx.emit(session, 'queue.resumed', {})
  startNext(tx, session)
}

function findQueued(tx: Transaction, session: string, prompt: string): QueueEntry {
  const entry = tx.lane(session).queue.find((candidate) => candidate.prompt === prompt)
  if (entry === undefined) throw new AppError('not_found', 'That prompt is no longer in the queue: it has started or was removed.')
  return entry
}
