import { useSyncExternalStore } from 'react'

const tickMs = 15_000

/** The time in epoch ms, rounded down to 15 s, for "5m ago". */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / tickMs) * tickMs)
}

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, tickMs)
  return () => clearInterval(timer)
}
