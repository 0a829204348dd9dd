import { hash } from 'node:crypto'
import { canonicalJson } from '../../base/canonical-json.ts'
import type { Action } from '../../spec/actions.ts'
import type { Policy } from '../../spec/policy/policy-schema.ts'
import { kindsOf } from '../../spec/policy/subjects.ts'
import { type ByScope, type History, keepScopes, scopeKey } from '../history.ts'
import { compare, compareWord } from './compare.ts'
import { matcherOf } from './matcher.ts'

interface Recent {
  /** Fingerprints of the newest calls, oldest first; an empty one for calls of other kinds. */
  readonly calls: { readonly print: string; readonly seq: number }[]
}

/** `loop`: the same call again and again among the last ones. A call's fingerprint is that of all its actions of the kinds asked for. */
export function loopHistory(policy: Policy): History<ByScope<Recent>> {
  const { op = 'ge', value = 4, within = '12 calls', scope = 'tree' } = policy
  const matches = matcherOf(kindsOf(policy.of ?? '*') ?? [], policy.match)
  const print = fingerprinter()
  // This call is one of them.
  const kept = Number.parseInt(within, 10) - 1
  return {
    start: () => ({}),
    advance(state, happening) {
      keepScopes(state, happening)
      if (happening.type !== 'executed') return
      const done = happening.actions.filter((action) => matches(action, happening) !== false)
      // What a call sends is no call more.
      if (happening.request === true && done.length === 0) return
      const recent = (state[scopeKey(scope, happening)] ??= { calls: [] })
      recent.calls.push({ print: print(done), seq: happening.seq })
      if (recent.calls.length > kept) recent.calls.shift()
    },
    test(state, { facts, all, occasion, gate }) {
      const own = all.filter((action) => matches(action, occasion) !== false)
      // What was counted at its gate was judged there.
      if (!own.includes(facts.action) || gate?.counted === true) return { truth: false }
      const wanted = print(own)
      const same = (state[scopeKey(scope, occasion)]?.calls ?? []).filter((call) => call.print === wanted)
      return { truth: compare(op, same.length + 1, value), because: same.map(({ seq }) => seq), value: same.length + 1, words: () => ({ count: String(same.length + 1), limit: `${compareWord(op)} ${value}` }) }
    },
  }
}

/** An action comes by several times: it is read once. */
function fingerprinter(): (actions: readonly Action[]) => string {
  const known = new WeakMap<Action, string>()
  return (actions) => {
    const [only, ...rest] = actions
    if (only === undefined || rest.length > 0) return fingerprint(actions)
    const print = known.get(only) ?? fingerprint(actions)
    known.set(only, print)
    return print
  }
}

/** What two calls have in common when they do exactly the same. What a file is at the moment is not what is done to it. */
function fingerprint(actions: readonly Action[]): string {
  const done = actions.map((action) => ({ ...action, createdByAgent: undefined, creates: undefined, observed: undefined }))
  return done.length === 0 ? '' : hash('sha256', canonicalJson(done), 'base64url').slice(0, 22)
}
