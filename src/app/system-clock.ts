import { uuidv7 } from 'uuidv7'
import type { Clock, Ids } from '../spec/ports/clock.ts'

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs)
    // A waiting timer alone must not keep a process alive.
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** For a command in the foreground: what it waits for keeps it alive. */
export const foregroundClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs)
    return () => clearTimeout(timer)
  },
}

export const systemIds: Ids = { next: (kind) => `${kind}_${uuidv7().replaceAll('-', '')}` }
