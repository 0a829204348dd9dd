import type { Clock } from '../../src/spec/ports/clock.ts'

interface Timer {
  readonly at: number
  readonly order: number
  readonly task: () => void
}

/** Time that moves only when told. */
export class ManualClock implements Clock {
  #now: number
  #timers: Timer[] = []
  #order = 0

  constructor(start = 1_700_000_000_000) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  after(delayMs: number, task: () => void): () => void {
    const timer = { at: this.#now + delayMs, order: (this.#order += 1), task }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer)
    }
  }

  /** Moves to the next timer within `withinMs` and runs it; false when there is none. */
  runNext(withinMs = Number.POSITIVE_INFINITY): boolean {
    const next = this.#timers.toSorted((left, right) => left.at - right.at || left.order - right.order)[0]
    if (next === undefined || next.at > this.#now + withinMs) return false
    this.#timers = this.#timers.filter((each) => each !== next)
    this.#now = Math.max(this.#now, next.at)
    next.task()
    return true
  }

  advance(ms: number): void {
    const end = this.#now + ms
    while (this.runNext(end - this.#now)) continue
    this.#now = Math.max(this.#now, end)
  }

  /** Sets the clock, back as well: what a machine's clock may do. */
  jump(ms: number): void {
    this.#now += ms
  }
}
