import { own } from '../base/own.ts'
import { AppError } from '../spec/app-error.ts'
import type { Lane, TreeState } from './state/tree-state.ts'

/** @throws {AppError} 'not_found' */
export function laneOf(state: TreeState, session: string): Lane {
  const lane = own(state.lanes, session)
  if (lane === undefined) throw new AppError('not_found', `There is no session ${session}.`)
  return lane
}

/** Where a session can be forked, and what the fork starts with. @param turn the last by default @throws {AppError} 'conflict' when that turn has not ended */
export function forkPoint(state: TreeState, session: string, turn: string | undefined) {
  const lane = laneOf(state, session)
  const view = own(state.views, session)
  if (view === undefined) throw new AppError('not_found', `There is no session ${session}.`)
  const seq = turn === undefined ? lane.lastEnd?.seq : own(lane.ends, turn)
  if (seq === undefined) {
    throw new AppError('conflict', turn === undefined ? 'There is no ended turn to fork at yet.' : `There is no ended turn ${turn} in this session.`)
  }
  const { agent, harness, model, effort, sandbox, workspace } = lane
  const mode = workspace.mode === 'temp' ? 'temp' : 'here'
  return { seq, agent, harness, model, effort, sandbox, workspace: { mode, path: workspace.path } as const, title: view.title }
}
