import { useCallback, useSyncExternalStore } from 'react'
import type { Store } from '../../client/store.ts'

/** Draws a store at most once a frame: streamed text may change it hundreds of times a second. */
export function useStore<State>(store: Store<State>): State {
  const subscribe = useCallback((listener: () => void) => {
    let cancel: (() => void) | undefined
    const run = () => {
      cancel = undefined
      listener()
    }
    const end = store.subscribe(() => {
      cancel ??= nextFrame(run)
    })
    return () => {
      end()
      cancel?.()
    }
  }, [store])
  return useSyncExternalStore(subscribe, () => store.state)
}

/** A hidden page gets no frames; its title must still tell the truth. */
function nextFrame(task: () => void): () => void {
  if (document.hidden) {
    const timer = setTimeout(task, 250)
    return () => clearTimeout(timer)
  }
  const frame = requestAnimationFrame(task)
  return () => cancelAnimationFrame(frame)
}
