import { useSyncExternalStore } from 'react'

const changed = 'omnigent:location'

/** The session in the address (`/s/{session}`), or undefined on the list. */
export function useLocation(): string | undefined {
  return useSyncExternalStore(subscribe, currentSession)
}

export function goTo(session: string | undefined): void {
  const path = pathOf(session)
  if (path === location.pathname) return
  history.pushState(null, '', path)
  window.dispatchEvent(new Event(changed))
}

export function pathOf(session: string | undefined): string {
  return session === undefined ? '/' : `/s/${encodeURIComponent(session)}`
}

function currentSession(): string | undefined {
  const [, session] = /^\/s\/([^/]+)\/?$/.exec(location.pathname) ?? []
  if (session === undefined) return undefined
  try {
    return decodeURIComponent(session)
  } catch {
    // A broken address names no session.
    return undefined
  }
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener)
  window.addEventListener(changed, listener)
  return () => {
    window.removeEventListener('popstate', listener)
    window.removeEventListener(changed, listener)
  }
}
