import type { CompiledList } from '../policy/compile-policies.ts'
import { planesOf, refuseUnkept } from '../policy/coverage.ts'
import { AppError } from '../spec/app-error.ts'
import { byEngine } from './engine-author.ts'
import { sandboxOf } from './read-spec.ts'
import type { Lane } from './state/tree-state.ts'
import type { Abilities, Transaction } from './transaction.ts'

/**
 * What a session must have enforced has to be enforceable with the harness it runs on.
 * @param abilities of that harness; one that is not known here is taken to ask nobody
 * @param place whether its work folder is looked at (until it is known, it is taken to be), and whether it is in a box with walls
 * @throws {AppError} 'unavailable' with the rules, the reason and what to do
 */
export function requirePlanes(lists: readonly CompiledList[], harness: string, abilities: Abilities | undefined, { watch, walled, sandbox, agent }: Pick<Lane, 'watch' | 'walled' | 'sandbox' | 'agent'>): void {
  refuseUnkept(lists.flatMap(({ rules }) => rules), { gate: abilities?.gate ?? 'none', planes: planesOf(watch?.seen !== false, walled === true || sandboxOf(sandbox, agent.spec['sandbox']).profile !== 'off' ? 'walled' : 'off') }, harness)
}

/** Stops a turn in which it turned out that something can not be enforced. */
export function stopUnkept(tx: Transaction, session: string): void {
  const lane = tx.lane(session)
  const { turn, harness } = lane
  if (turn === undefined || turn.stopping) return
  try {
    requirePlanes(tx.state.policy.inForce(session), harness, tx.around.abilities(harness), lane)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    tx.emit(session, 'notice.given', { level: 'warning', text: `The turn is stopped. ${error.message}` }, byEngine)
    tx.emit(session, 'interrupt.requested', { scope: 'lane' }, byEngine)
    tx.order(session, { type: 'turn.interrupt', session, turn: turn.turn })
  }
}
