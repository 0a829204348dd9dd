import type { CompiledList } from '../policy/compile-policies.ts'
import { planesHere, refuseUnkept } from '../policy/coverage.ts'
import type { Abilities } from './transaction.ts'

/**
 * What a session must have enforced has to be enforceable with the harness it runs on.
 * @param abilities of that harness; one that is not known here is taken to ask nobody
 * @throws {AppError} 'unavailable' with the rules, the reason and what to do
 */
export function requirePlanes(lists: readonly CompiledList[], harness: string, abilities: Abilities | undefined): void {
  refuseUnkept(lists.flatMap(({ rules }) => rules), { gate: abilities?.gate ?? 'none', planes: planesHere }, harness)
}
