import type { Action } from '../../spec/actions.ts'
import type { Policy } from '../../spec/policy/policy-schema.ts'
import type { Predicate } from '../conditions/compile-condition.ts'
import { expandBraces, globTest } from '../conditions/match-glob.ts'

/**
 * `refs` of a network policy: the git refs that a request pushes. A policy that lets requests through (`allow`, or `ask` with `admit`)
 * speaks of those that push nothing else: a fetch is one of them, and so is what git asks before a push. One that only restricts speaks of
 * those that push any of them. Where a request pushes some of them and others, an `admit` asks and does not admit: it is not certain.
 * Patterns are full names (`refs/heads/agent/*`); what begins otherwise is a branch.
 */
export function pushedRefsTest({ refs, action, admit }: Policy): Predicate | undefined {
  if (refs === undefined) return undefined
  const globs = refs.flatMap(expandBraces).map((pattern) => globTest(/^(?:refs\/|\*)/.test(pattern) ? pattern : `refs/heads/${pattern}`))
  const fits = (ref: string) => globs.some((glob) => glob(ref))
  return ({ action: request, possibly }) => {
    const pushed = possibly === undefined && request.kind === 'net.request' ? pushedRefs(request) : undefined
    if (pushed === undefined) return 'unknown'
    if (action !== 'allow' && admit !== true) return pushed.some(fits)
    if (pushed.every(fits)) return true
    return action !== 'allow' && pushed.some(fits) ? 'unknown' : false
  }
}

/** Full names of the refs that a request pushes; undefined when it may push and nobody can tell which. */
export function pushedRefs({ refs, method = 'POST', path = '/git-receive-pack' }: Extract<Action, { kind: 'net.request' }>): readonly string[] | undefined {
  if (refs !== undefined) return refs
  return /^POST$/i.test(method) && /\/git-receive-pack\/?$/i.test(path.replace(/\?.*$/s, '')) ? undefined : []
}
