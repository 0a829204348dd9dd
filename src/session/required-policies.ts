import type { CompiledList } from '../policy/compile-policies.ts'
import { planesOf, refuseUnkept } from '../policy/coverage.ts'
import { AppError } from '../spec/app-error.ts'
import { byEngine } from './engine-author.ts'
import type { Lane } from './state/tree-state.ts'
import type { Abilities, Transaction } from './transaction.ts'

/**
 * What a session must have enforced has to be enforceable with the harness it runs on.
 * @param abilities of that harness; one that is not known here is taken to ask nobody
 * @param watch whether its work folder is looked at; until it is known, it is taken to be
 * @throws {AppError} 'unavailable' with the rules, the reason and what to do
 */
export function requirePlanes(lists: readonly CompiledList[], harness: string, abilities: Abilities | undefined, watch: Lane['watch']): void {
  refuseUnkept(lists.flatMap(({ rules }) => rules), { gate: abilities?.gate ?? 'none', planes: planesOf(watch?.seen !== false) }, harness)
}

/** Stops a turn in which it turned out that something can not be enforced. */
export function stopUnkept(tx: Transaction, session: string): void {
  const { turn, harness, watch } = tx.lane(session)
  if (turn === undefined || turn.stopping) return
  try {
    requirePlanes(tx.state.policy.inForce(session), harness, tx.around.abilities(harness), watch)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    tx.emit(session, 'notice.given', { level: 'warning', text: `The turn is stopped. ${error.message}` }, byEngine)
    tx.emit(session, 'interrupt.requested', { scope: 'lane' }, byEngine)
    tx.order(session, { type: 'turn.interrupt', session, turn: turn.turn })
  }
}
