import type { Clock } from '../../src/spec/ports/clock.ts'

/** The machine's clock, for tests that run real processes. */
export const realClock: Clock = {
  now: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs)
    return () => clearTimeout(timer)
  },
}
