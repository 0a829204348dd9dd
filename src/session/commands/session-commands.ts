import { own } from '../../base/own.ts'
import { AppError } from '../../spec/app-error.ts'
import type { Command } from '../../spec/commands.ts'
import { endTurn } from '../record-signal.ts'
import { requirePlanes } from '../required-policies.ts'
import { closeAside } from '../restore-files.ts'
import { startNext } from '../start-next.ts'
import type { Transaction } from '../transaction.ts'
import { refuseArchived } from './refuse-archived.ts'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

export function renameSession(tx: Transaction, session: string, { title }: Of<'session.rename'>): void {
  tx.emit(session, 'session.renamed', { title })
}

export function labelSession(tx: Transaction, session: string, { labels }: Of<'session.label'>): void {
  if (Object.keys(labels).length === 0) throw new AppError('invalid', 'Name at least one label.')
  tx.emit(session, 'session.labelled', { labels })
}

/** Archiving a session interrupts what it runs; its results stay readable. */
export function archiveSession(tx: Transaction, session: string, { archived }: Of<'session.archive'>): void {
  const lane = tx.lane(session)
  if (lane.archived === archived) return
  if (archived && lane.turn !== undefined && !lane.turn.stopping) {
    tx.emit(session, 'interrupt.requested', { scope: 'subtree' })
    tx.order(session, { type: 'turn.interrupt', session, turn: lane.turn.turn })
  }
  if (archived) closeAside(tx, session, 'The session was archived.')
  tx.emit(session, 'session.archived', { archived })
  if (archived && lane.turn === undefined) tx.order(session, { type: 'session.close', session })
}

/** Conversation goes back; policy history, money and the list of effects never do. */
export function rewindSession(tx: Transaction, session: string, { turn }: Of<'session.rewind'>): void {
  const lane = tx.lane(session)
  if (lane.turn !== undefined) throw new AppError('conflict', 'A turn is running. Stop it before rewinding.')
  if (lane.switching !== undefined) throw new AppError('conflict', `The session is switching to ${lane.switching.harness}. Rewind when that is done.`)
  const to = turn === null ? 0 : own(lane.ends, turn)
  if (to === undefined) throw new AppError('not_found', `There is no ended turn ${turn} in this session.`)
  if (lane.lastEnd === undefined || lane.lastEnd.seq === to) throw new AppError('conflict', 'The conversation is there already.')
  closeAside(tx, session, 'The conversation went back.')
  tx.emit(session, 'session.rewound', { to })
  tx.order(session, { type: 'session.close', session })
}

/** Durable at once, made between turns: at once when nothing runs. */
export function switchHarness(tx: Transaction, session: string, { harness, model, effort }: Of<'harness.switch'>): void {
  const lane = tx.lane(session)
  refuseArchived(lane.archived)
  const goal = lane.switching ?? lane
  if (goal.harness === harness && goal.model === model && goal.effort === effort) throw new AppError('conflict', `The session ${lane.switching === undefined ? 'runs on' : 'is switching to'} that already.`)
  requirePlanes(tx.state.policy.inForce(session), harness, tx.around.abilities(harness), lane)
  tx.emit(session, 'switch.requested', { harness, ...(model === undefined ? {} : { model }), ...(effort === undefined ? {} : { effort }) })
  startNext(tx, session)
}

/** The gate keeps to it from here on; the program hears of it with its next prompt. */
export function setMode(tx: Transaction, session: string, { mode }: Of<'mode.set'>): void {
  const lane = tx.lane(session)
  refuseArchived(lane.archived)
  if (lane.mode !== mode) tx.emit(session, 'mode.changed', { mode })
}

/** A person's word that the machine will not come back. */
export function declareLost(tx: Transaction, session: string): void {
  const lane = tx.lane(session)
  const { turn } = lane
  if (turn === undefined) throw new AppError('conflict', 'Nothing is running on a host.')
  if (tx.around.host?.epoch === turn.host.epoch) throw new AppError('conflict', 'The host is connected. Interrupt the turn instead.')
  tx.emit(session, 'host.lost', { host: turn.host.id, epoch: turn.host.epoch, reason: 'declared lost' })
  endTurn(tx, session, { outcome: 'failed', reason: 'The host was declared lost.', advice: 'Send the prompt again: it runs on the host that is attached now.' })
}
