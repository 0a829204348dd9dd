import type { Clock } from '../spec/ports/clock.ts'
import type { Envelope } from '../spec/events/envelope.ts'
import { readEvent } from '../spec/events/session-event.ts'
import type { TreeState } from './state/tree-state.ts'

/** Cards that may not wait for ever: one timer per card, made from the log and lost without harm. */
export interface AskTimers {
  /** Notices cards in what has become durable. */
  see(events: readonly Envelope[]): void
  /** Takes up the cards of a tree that was loaded again. */
  takeUp(state: TreeState): void
  close(): void
}

const longestMs = 2 ** 31 - 1

/** @param expire refuses the cards of a tree whose time is over */
export function createAskTimers(clock: Clock, expire: (tree: string) => void): AskTimers {
  const timers = new Map<string, () => void>()
  const set = (tree: string, approval: string, at: number): void => {
    timers.get(approval)?.()
    const wait = at - clock.now()
    if (wait <= 0) return expire(tree)
    timers.set(approval, clock.after(Math.min(wait, longestMs), () => {
      timers.delete(approval)
      if (wait > longestMs) set(tree, approval, at)
      else expire(tree)
    }))
  }
  return {
    see(events) {
      for (const stored of events) {
        const event = readEvent(stored)
        if (event.type === 'approval.requested' && event.data.expiresAt !== undefined) set(event.tree, event.data.approval, event.data.expiresAt)
        if (event.type === 'approval.answered' || event.type === 'approval.expired') {
          timers.get(event.data.approval)?.()
          timers.delete(event.data.approval)
        }
      }
    },
    takeUp({ tree, lanes }) {
      for (const { asks } of Object.values(lanes)) {
        for (const [approval, { expiresAt }] of Object.entries(asks)) if (expiresAt !== undefined && !timers.has(approval)) set(tree, approval, expiresAt)
      }
    },
    close() {
      for (const stop of timers.values()) stop()
      timers.clear()
    },
  }
}
