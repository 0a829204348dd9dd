import type { Clock } from '../../spec/ports/clock.ts'

export const browserClock: Clock = {
  now: () => Date.now(),
  after(delayMs, task) {
    const timer = window.setTimeout(task, delayMs)
    return () => window.clearTimeout(timer)
  },
}
