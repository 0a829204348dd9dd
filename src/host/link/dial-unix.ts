import { connect } from 'node:net'
import type { Clock } from '../../spec/ports/clock.ts'
import { ToHost } from '../../spec/ports/host-link.ts'
import type { HostEnd, ToEngine } from '../../spec/ports/host-link.ts'
import { createSocketLink } from './socket-link.ts'

export interface DialOptions {
  readonly clock: Clock
  /** Called with each new link, in turn. */
  onLink(link: HostEnd): void
  report(problem: string, cause?: unknown): void
}

const firstDelayMs = 100
const longestDelayMs = 5_000

/** Dials the engine's socket, and again whenever the link ends, each failure waiting twice as long as the one before. */
export function dialUnix(path: string, options: DialOptions): { close(): Promise<void> } {
  const { clock, onLink, report } = options
  let delayMs = firstDelayMs
  let closed = false
  let cancel = () => {}
  let current = { end: () => {}, gone: Promise.resolve() }

  const dial = () => {
    const socket = connect(path)
    const gone = Promise.withResolvers<void>()
    current = { end: () => socket.destroy(), gone: gone.promise }
    socket.once('connect', () => {
      delayMs = firstDelayMs
      onLink(createSocketLink<ToEngine, ToHost>(socket, ToHost, report))
    })
    socket.once('error', (error) => {
      // Once, not for every try: the server may be away for days.
      if (delayMs === firstDelayMs) report(`no server answers at ${path}; trying on`, error)
    })
    socket.once('close', () => {
      gone.resolve()
      if (closed) return
      cancel = clock.after(delayMs, dial)
      delayMs = Math.min(delayMs * 2, longestDelayMs)
    })
  }
  dial()
  return {
    async close() {
      closed = true
      cancel()
      current.end()
      await current.gone
    },
  }
}
