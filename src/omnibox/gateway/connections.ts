import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock } from '../../spec/ports/clock.ts'
import type { Limits } from './limits.ts'

interface Entry {
  readonly socket: Socket
  /** A request head is being waited for since then; undefined while requests are answered, or nothing came yet after one. */
  waitingSince: number | undefined
  /** What had been read when the last answer was out. */
  bytesBefore: number
  underWay: number
}

/** The open connections of a session, and who keeps one open without saying anything. */
export interface Connections {
  /** False when there are too many: the socket is gone then. */
  add(socket: Socket): boolean
  /** TLS inside of a connection counts as the connection. */
  link(inner: Duplex, outer: Duplex): void
  /** A whole request head has come. */
  began(socket: Duplex): void
  ended(socket: Duplex): void
  /** Are requests of this connection being answered? */
  isBusy(socket: Duplex): boolean
  /** Requests that are being answered, on all of them. */
  readonly underWay: number
  readonly size: number
  /** Ends them all. */
  close(): void
}

export function createConnections({ clock, limits, active }: { readonly clock: Clock; readonly limits: Limits; readonly active: boolean }): Connections {
  const entries = new Map<Duplex, Entry>()
  /** In the order of their coming. */
  const halfOpen = new Set<Entry>()
  const all = new Set<Entry>()
  let underWay = 0
  let cancelSweep: (() => void) | undefined

  const sweep = (): void => {
    cancelSweep = all.size === 0 ? undefined : clock.after(limits.headMs / 2, sweep)
    for (const entry of all) {
      if (entry.underWay > 0) continue
      // After an answer time runs from the first byte of the next request.
      if (entry.waitingSince === undefined && entry.socket.bytesRead > entry.bytesBefore) entry.waitingSince = clock.now()
      if (active && entry.waitingSince !== undefined && clock.now() - entry.waitingSince >= limits.headMs) entry.socket.destroy()
    }
  }
  return {
    add(socket) {
      // The close that follows is what counts.
      socket.on('error', () => socket.destroy())
      if (active && all.size >= limits.maxConnections) {
        socket.destroy()
        return false
      }
      const entry: Entry = { socket, waitingSince: clock.now(), bytesBefore: 0, underWay: 0 }
      entries.set(socket, entry)
      all.add(entry)
      halfOpen.add(entry)
      socket.once('close', () => {
        all.delete(entry)
        halfOpen.delete(entry)
        entries.delete(socket)
        underWay -= entry.underWay
        entry.underWay = 0
      })
      const [oldest] = halfOpen
      if (active && oldest !== undefined && halfOpen.size > limits.maxHalfOpen) {
        halfOpen.delete(oldest) // Now: its close comes later, and the next connection may come before.
        oldest.socket.destroy()
      }
      cancelSweep ??= clock.after(limits.headMs / 2, sweep)
      return true
    },
    link(inner, outer) {
      const entry = entries.get(outer)
      if (entry === undefined) return
      entries.set(inner, entry)
      inner.once('close', () => entries.delete(inner))
    },
    began(socket) {
      const entry = entries.get(socket)
      if (entry === undefined) return
      halfOpen.delete(entry)
      entry.underWay += 1
      underWay += 1
      entry.waitingSince = undefined
    },
    ended(socket) {
      const entry = entries.get(socket)
      if (entry === undefined || entry.underWay === 0) return
      entry.underWay -= 1
      underWay -= 1
      entry.bytesBefore = entry.socket.bytesRead
    },
    isBusy: (socket) => (entries.get(socket)?.underWay ?? 0) > 0,
    get underWay() {
      return underWay
    },
    get size() {
      return all.size
    },
    close() {
      cancelSweep?.()
      for (const { socket } of all) socket.destroy()
    },
  }
}
