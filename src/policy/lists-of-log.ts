import type { SessionEvent } from '../spec/events/session-event.ts'
import { type CompiledList, compilePolicies, emptyList } from './compile-policies.ts'
import type { Policy } from '../spec/policy/policy-schema.ts'
import { agentPolicies, readPolicies } from './policy-fold.ts'

/** Every list of policies that a log names, so that a fold can show all of the log to each. */
export interface ListsOfLog {
  take(event: SessionEvent): void
  /** The server's list that the log named last. */
  readonly server: CompiledList
  /** All lists so far, each once. */
  readonly lists: readonly CompiledList[]
}

export function startListsOfLog(): ListsOfLog {
  const known = new Map<string, CompiledList>()
  let server = emptyList('server')
  const add = (level: CompiledList['level'], policies: readonly Policy[]): CompiledList => {
    const list = compilePolicies(level, policies)
    known.set(list.hash, known.get(list.hash) ?? list)
    return known.get(list.hash) ?? list
  }
  return {
    take(event) {
      if (event.type === 'session.created' || event.type === 'session.forked') add('agent', agentPolicies(event.data.agent.spec))
      if (event.type !== 'policy.changed') return
      const list = add(event.data.level, readPolicies(event.data.policies))
      if (event.data.level === 'server') server = list
    },
    get server() {
      return server
    },
    get lists() {
      return [...known.values()]
    },
  }
}
