import { type CompiledList } from '../policy/compile-policies.ts'
import { type PolicyFold, startPolicyFold } from '../policy/policy-fold.ts'
import { readEvent } from '../spec/events/session-event.ts'
import type { SessionStore } from '../spec/ports/session-store.ts'
import { foldTree } from './state/fold-tree.ts'
import { emptyTree, foldVersion, readTree, type TreeState } from './state/tree-state.ts'

const pageSize = 1_000

/**
 * Reads a tree's log into its state, from the newest usable snapshot on. Reads in pages, so that a huge session leaves
 * room for the others between them. With `as` the prefix of `tree` up to `upTo` becomes the state of a new fork.
 */
export async function loadTree(store: SessionStore, tree: string, server: CompiledList, fork?: { readonly as: string; readonly upTo: number }): Promise<TreeState> {
  const upTo = fork?.upTo ?? Number.MAX_SAFE_INTEGER
  const state = await startingState(store, tree, { as: fork?.as ?? tree, upTo, server })
  for (;;) {
    const page = await store.read(tree, state.seq, Math.min(pageSize, upTo - state.seq))
    for (const event of page) foldTree(state, event)
    if (page.length < pageSize || state.seq >= upTo) return state
  }
}

async function startingState(store: SessionStore, tree: string, { as, upTo, server }: { as: string; upTo: number; server: CompiledList }): Promise<TreeState> {
  const snapshot = await store.snapshot(tree)
  if (snapshot === undefined || snapshot.version !== foldVersion || snapshot.seq > upTo) return emptyTree(as, server)
  return readTree(snapshot.state, as, server)
}

/**
 * What the policies in force remember, with all of the log seen by each: needed when some of them came into force in the
 * middle of it, or the server's have changed. Nothing may be emitted meanwhile.
 */
export async function rememberPolicies(store: SessionStore, state: TreeState, server: CompiledList): Promise<PolicyFold> {
  const inForce = Object.keys(state.lanes).flatMap((session) => state.policy.inForce(session)).filter((list) => list.level !== 'server')
  const policy = startPolicyFold(server, inForce)
  while (policy.seq < state.seq) {
    const page = await store.read(state.tree, policy.seq, Math.min(pageSize, state.seq - policy.seq))
    if (page.length === 0) throw new Error(`the log of ${state.tree} ends at ${policy.seq}, before ${state.seq}`)
    for (const event of page) policy.advance(readEvent(event))
  }
  return policy
}
