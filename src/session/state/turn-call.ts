import { own } from '../../base/own.ts'
import type { Lane } from './tree-state.ts'

/** The call that stands for starting a turn, where a policy has something to say about it: decided like any other, before the program hears of the turn. */
export const turnCall = (turn: string): string => `start-${turn}`

/** The turn is written down and its program has not been told: a person is asked first. */
export const waitsToStart = ({ turn, calls }: Pick<Lane, 'turn' | 'calls'>): boolean => turn !== undefined && own(calls, turnCall(turn.turn))?.gates === 'turn'
