import { own } from '../../base/own.ts'
import type { Lane, TreeState } from '../state/tree-state.ts'

export const childrenOf = ({ lanes }: TreeState, session: string): Lane[] => Object.values(lanes).filter(({ parent }) => parent === session)

/** The child of this session that it calls so; also by its id. */
export const childNamed = (state: TreeState, session: string, name: string): Lane | undefined => childrenOf(state, session).find((child) => child.handle === name || child.session === name)

/** How many sessions stand above it. */
export function depthOf(state: TreeState, session: string): number {
  const parent = own(state.lanes, session)?.parent
  return parent === undefined ? 0 : 1 + depthOf(state, parent)
}

/** The session that a person started; what a person allowed it, its children are allowed. */
export function rootOf(state: TreeState, lane: Lane): Lane {
  const parent = lane.parent === undefined ? undefined : own(state.lanes, lane.parent)
  return parent === undefined ? lane : rootOf(state, parent)
}

/** Nothing is left for it to do until somebody asks it something. */
export const isAtRest = ({ turn, queue, held, archived }: Lane): boolean => turn === undefined && (queue.length === 0 || held || archived)

export const isLive = (lane: Lane): boolean => lane.parent !== undefined && !isAtRest(lane)
