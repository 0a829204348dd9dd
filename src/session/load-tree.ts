import type { SessionStore } from '../spec/ports/session-store.ts'
import { foldTree } from './state/fold-tree.ts'
import { emptyTree, foldVersion, readTree, type TreeState } from './state/tree-state.ts'

const pageSize = 1_000

/**
 * Reads a tree's log into its state, from the newest usable snapshot on. Reads in pages, so that a huge session leaves
 * room for the others between them. With `as` the prefix of `tree` up to `upTo` becomes the state of a new fork.
 */
export async function loadTree(store: SessionStore, tree: string, fork?: { readonly as: string; readonly upTo: number }): Promise<TreeState> {
  const upTo = fork?.upTo ?? Number.MAX_SAFE_INTEGER
  const state = await startingState(store, tree, fork?.as ?? tree, upTo)
  for (;;) {
    const page = await store.read(tree, state.seq, Math.min(pageSize, upTo - state.seq))
    for (const event of page) foldTree(state, event)
    if (page.length < pageSize || state.seq >= upTo) return state
  }
}

async function startingState(store: SessionStore, tree: string, as: string, upTo: number): Promise<TreeState> {
  const snapshot = await store.snapshot(tree)
  if (snapshot === undefined || snapshot.version !== foldVersion || snapshot.seq > upTo) return emptyTree(as)
  return readTree(snapshot.state, as)
}
