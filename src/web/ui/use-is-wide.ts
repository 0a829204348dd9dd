import { useSyncExternalStore } from 'react'

/** The width from which list and session stand side by side: `--breakpoint-wide` of the styles. */
const query = '(width >= 48rem)'

export function useIsWide(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches)
}

function subscribe(listener: () => void): () => void {
  const media = matchMedia(query)
  media.addEventListener('change', listener)
  return () => media.removeEventListener('change', listener)
}
