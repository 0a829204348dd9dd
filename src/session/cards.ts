import { own } from '../base/own.ts'
import { plainJson } from '../base/plain-json.ts'
import type { CompiledList, Rule } from '../policy/compile-policies.ts'
import { patternOf } from '../policy/grants.ts'
import type { Action } from '../spec/actions.ts'
import type { Author } from '../spec/events/envelope.ts'
import type { Offer, RuleVerdict } from '../spec/events/turn-data.ts'
import { durationMs, type Role } from '../spec/policy/words.ts'

/** Cards have room for so many things to remember. */
const maxOffers = 20

/** The rule of a verdict; undefined for the engine's own. */
const ruleOf = (lists: readonly CompiledList[], verdict: RuleVerdict): Rule | undefined => lists.flatMap(({ rules }) => rules).find(({ hash }) => hash === verdict.hash)

/** What the person may be offered to remember: only if every rule that asks lets itself be answered for longer, and knows what it asks about. */
export function offersOf(lists: readonly CompiledList[], asking: readonly RuleVerdict[], actions: readonly Action[]): Offer[] {
  const offers: Offer[] = []
  for (const verdict of asking) {
    const rule = ruleOf(lists, verdict)
    const remember = rule?.policy.approval?.remember
    if (rule === undefined || verdict.unknown === true || (remember !== 'session' && remember !== 'project')) return []
    for (const index of verdict.actions ?? []) {
      const action = actions[index]
      if (action !== undefined) offers.push({ rule: rule.id, hash: rule.hash, kind: action.kind, pattern: plainJson(patternOf(action)), ...(remember === 'project' ? { scope: remember } : {}) })
    }
  }
  return offers.length > maxOffers ? [] : offers
}

/** When an unanswered card is refused: the shortest time that an asking rule gives. Undefined: it waits as long as it takes. */
export function expiryOf(lists: readonly CompiledList[], asking: readonly RuleVerdict[], now: number): number | undefined {
  const times = asking.flatMap((verdict) => ruleOf(lists, verdict)?.policy.approval?.timeout ?? []).map(durationMs)
  return times.length === 0 ? undefined : now + Math.min(...times)
}

/** The rules that this person cannot answer, by id. An agent answers none. */
export function notFor(lists: readonly CompiledList[], asking: readonly RuleVerdict[], by: Author): string[] {
  const roles = own(rolesOf, by.kind) ?? []
  return asking.filter((verdict) => !(ruleOf(lists, verdict)?.by ?? ['owner']).some((role) => roles.includes(role))).map(({ rule }) => rule)
}

/** Until there are accounts the one person of this machine is everything. */
const rolesOf: Readonly<Record<string, readonly Role[]>> = { user: ['owner', 'approver', 'admin'] }
