import type { Clock } from '../spec/ports/clock.ts'

/** No timer waits longer. */
const longestMs = 2 ** 31 - 1

/** Calls `over` once, when so many minutes have passed. The returned function cancels it. */
export function afterMinutes(clock: Clock, minutes: number, over: () => void): () => void {
  const until = clock.now() + minutes * 60_000
  let cancel = () => {}
  const wait = (): void => {
    const leftMs = until - clock.now()
    cancel = leftMs > longestMs ? clock.after(longestMs, wait) : clock.after(leftMs, over)
  }
  wait()
  return () => cancel()
}
