import { fires, type ListInForce, momentOf, type Question } from '../decide.ts'

/** A secret that a policy puts into a request, and which policy does. How it goes in (header, scheme, user) is said where the secret is. */
export interface SecretByRule {
  readonly secret: string
  readonly rule: string
}

/**
 * The secrets that policies with `use_secret` put into a request, should it be let through: those of every policy that holds of it for
 * certain, whatever its level, each secret once, in the order in which lists are visited. Two secrets for the same header are for whoever
 * knows their headers to refuse. That a secret is given to the session at all is not decided here.
 */
export function secretsOf(lists: readonly ListInForce[], question: Question): readonly SecretByRule[] {
  const found = new Map<string, SecretByRule>()
  for (const { list, state } of lists) {
    for (const [index, rule] of list.rules.entries()) {
      const { use_secret: secret } = rule.policy
      if (secret === undefined || found.has(secret)) continue
      const holds = question.facts.some((facts, place) => rule.subjects.has(facts.action.kind) && fires(rule, state[index] ?? [], momentOf(question, place, facts)).truth === true)
      if (holds) found.set(secret, { secret, rule: rule.id })
    }
  }
  return [...found.values()]
}
