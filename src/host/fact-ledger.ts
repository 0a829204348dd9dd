import type { Clock } from '../spec/ports/clock.ts'

/** Who waits for a server's word does not wait for ever: it may be gone, or its disk full. */
const patienceMs = 5_000

/** Which facts of this epoch a server has taken. */
export interface FactLedger {
  sent(n: number): void
  acknowledged(n: number): void
  /** Nobody is there to take any. */
  unlinked(): void
  /** Resolves when all that was sent so far is taken, nobody is there, or after five seconds. */
  taken(): Promise<void>
}

export function createFactLedger(clock: Clock): FactLedger {
  let [last, taken] = [0, 0]
  const waiting = new Set<{ readonly n: number; readonly go: () => void }>()
  const release = (n: number) => {
    for (const each of waiting) if (each.n <= n) each.go()
  }
  return {
    sent(n) {
      last = n
    },
    acknowledged(n) {
      taken = Math.max(taken, n)
      release(taken)
    },
    unlinked: () => release(Infinity),
    taken() {
      if (taken >= last) return Promise.resolve()
      return new Promise<void>((resolve) => {
        const cancel = clock.after(patienceMs, () => each.go())
        const each = {
          n: last,
          go: () => {
            cancel()
            waiting.delete(each)
            resolve()
          },
        }
        waiting.add(each)
      })
    },
  }
}
