import type { Attestation, Box, BoxProcess, ProcessInfo, SpawnCommand } from '../../spec/ports/box.ts'
import type { Clock } from '../../spec/ports/clock.ts'
import { AppError } from '../../spec/app-error.ts'
import { startBoxProcess } from './box-process.ts'
import type { OwnedProcess, StartPlace } from './box-process.ts'
import type { Launched } from './start-launcher.ts'
import { killUntilGone, signalAll, untilGone } from './end-processes.ts'
import { commandOf, readProcessTable, startedAt } from './process-table.ts'
import type { TableEntry } from './process-table.ts'

export interface BoxOptions {
  readonly id: string
  /** How its programs are started. */
  readonly start: { launch(command: SpawnCommand, markerId: string): Launched; readonly keeps: StartPlace['keeps'] }
  /** What has to go when nothing of the box runs any more. */
  release?(): Promise<void>
  readonly attestation: Attestation
  readonly clock: Clock
}

/** SIGTERM gets this long before SIGKILL when single processes are ended: an interrupt must be over within two seconds. */
const endGraceMs = 500
const closeGraceMs = 2_000

/** A box around whatever a launcher puts up: it knows and ends every process in it. */
export function createBox(options: BoxOptions): Box {
  const { id, start, clock } = options
  const running = new Set<OwnedProcess>()
  let started = 0
  let closed: Promise<void> | undefined

  const members = (): TableEntry[] => {
    const table = readProcessTable()
    const found = new Map([...running].flatMap((owned) => owned.members(table)).map((entry) => [entry.pid, entry]))
    return [...found.values()]
  }
  const describe = (entry: TableEntry): ProcessInfo => ({ pid: entry.pid, startedAt: startedAt(entry, clock.now()), command: commandOf(entry.pid) })

  return {
    id,
    attestation: options.attestation,
    spawn(command: SpawnCommand): BoxProcess {
      if (closed !== undefined) throw new AppError('unavailable', 'The box is closed: nothing can start in it any more.')
      started += 1
      const owned = startBoxProcess(command, { launch: (found) => start.launch(found, `${id}.${started}`), keeps: start.keeps, clock, markerId: `${id}.${started}` })
      running.add(owned)
      void owned.exited.then(() => running.delete(owned))
      return owned
    },
    processes: () => Promise.resolve(members().map(describe)),
    async endSince(since, keep) {
      const ended = new Map<number, ProcessInfo>()
      const find = () =>
        members().filter((entry) => {
          const info = describe(entry)
          if (info.startedAt < since || keep(info)) return false
          // The first look holds: a process that is dying has no command line any more.
          if (!ended.has(info.pid)) ended.set(info.pid, info)
          return true
        })
      signalAll(find(), 'SIGTERM')
      const { promise, resolve } = Promise.withResolvers<void>()
      const cancel = clock.after(endGraceMs, resolve)
      await untilGone(find, promise)
      cancel()
      await killUntilGone(find)
      return [...ended.values()]
    },
    close() {
      closed ??= Promise.all([...running].map((owned) => owned.stop(closeGraceMs))).then(() => options.release?.())
      return closed
    },
  }
}
