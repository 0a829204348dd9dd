import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '../../spec/app-error.ts'
import type { TableEntry } from './process-table.ts'
import { isAlive } from './process-table.ts'

const pollMs = 10
/** How long the kernel gets to carry out a SIGKILL: a process in a system call that cannot be stopped outlives it. */
const killMs = 10_000

/** Sends a signal to exactly these processes; one that is gone already, or not ours any more, is left alone. */
export function signalAll(entries: readonly TableEntry[], signal: 'SIGTERM' | 'SIGKILL'): void {
  for (const entry of entries) {
    if (!isAlive(entry)) continue // Looked at again: its number may have passed to another process.
    try {
      process.kill(entry.pid, signal)
    } catch {
      // Gone between the look and the signal, or it changed its user: `untilGone` says what is left.
    }
  }
}

/**
 * Asks `find` again and again, and kills what it finds, until it finds nothing: a fork in between is met next time.
 * @throws {AppError} 'timeout' when something outlives SIGKILL by ten seconds.
 */
export async function killUntilGone(find: () => readonly TableEntry[]): Promise<void> {
  for (let waitedMs = 0; waitedMs <= killMs; waitedMs += pollMs) {
    const left = find()
    if (left.length === 0) return
    signalAll(left, 'SIGKILL')
    await pause(pollMs)
  }
  const pids = find().map((entry) => entry.pid).join(', ')
  throw new AppError('timeout', `Processes ${pids} outlive SIGKILL; they hang in the kernel. Look at them with "ps -o pid,stat,wchan -p".`)
}

/** Resolves true when `find` finds nothing, false when `expired` resolves first. */
export async function untilGone(find: () => readonly TableEntry[], expired: Promise<void>): Promise<boolean> {
  const clock = { expired: false }
  void expired.then(() => (clock.expired = true))
  while (find().length > 0) {
    if (clock.expired) return false
    await pause(pollMs)
  }
  return true
}
