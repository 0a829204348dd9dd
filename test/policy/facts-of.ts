import type { Action } from '../../src/spec/actions.ts'
import { type Facts, noPlanes } from '../../src/policy/facts.ts'

export const actor = { session: 'root', agent: 'coder', harness: 'scripted', depth: 0, workspace: '/home/ann/app', home: '/home/ann' }

/** An action as a condition sees it, at noon on a Wednesday. */
export const factsOf = (action: Action, more: Partial<Facts> = {}): Facts => ({ action, actor, now: Date.UTC(2026, 10, 25, 12), planes: noPlanes, secrets: undefined, hostSets: {}, ...more })
