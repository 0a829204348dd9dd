import { statSync } from 'node:fs'
import { constants } from 'node:os'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { BoxProcess, ExitStatus, SpawnCommand } from '../../spec/ports/box.ts'
import type { Clock } from '../../spec/ports/clock.ts'
import { killUntilGone, signalAll, untilGone } from './end-processes.ts'
import { findExecutable } from './find-executable.ts'
import type { Launched } from './start-launcher.ts'
import { groupMembers, namespaceMembers } from './members.ts'
import type { Members } from './members.ts'
import { readEntry, readProcessTable } from './process-table.ts'
import type { TableEntry } from './process-table.ts'

/** A `BoxProcess`, and what its box asks of it. */
export interface OwnedProcess extends BoxProcess {
  members(table: readonly TableEntry[]): TableEntry[]
}

export interface StartPlace {
  /** Starts the program; `file` is absolute. @throws when it can not even be tried. */
  launch(command: SpawnCommand): Launched
  /** `namespace`: the launcher makes a pid namespace and stays outside of it. `group`: the launcher becomes the program. */
  readonly keeps: 'namespace' | 'group'
  readonly markerId: string
  readonly clock: Clock
}

const defaultGraceMs = 5_000

/** Starts a program with everything it will start under control. What cannot start answers with `startError`. */
export function startBoxProcess(command: SpawnCommand, place: StartPlace): OwnedProcess {
  const problem = problemWith(command)
  if (problem !== undefined) return failedProcess(problem)
  const found = findExecutable(command.file, command.env['PATH'] ?? '', command.cwd)
  if (found.type === 'missing') return failedProcess(found.reason)
  try {
    return follow(place.launch({ ...command, file: found.file }), place)
  } catch (error) {
    // Node throws at once for some starts (too long an argument list, no process left), and reports others as an event.
    return failedProcess(error instanceof Error ? error.message : String(error))
  }
}

function follow(launched: Launched, place: StartPlace): OwnedProcess {
  const { child, stdin, stdout, stderr } = launched
  // A program that ends before it read its input is no failure of ours; its exit is reported.
  for (const stream of [stdin, stdout, stderr]) stream.on('error', () => undefined)
  const over = new Promise<ExitStatus>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, startError: error.message }))
    child.once('exit', (code, signal) => resolve(exitStatus(code, signal, place.keeps)))
  })
  const known = readInfo(launched)
  const members = place.keeps === 'group' ? groupMembers(child.pid ?? 0, place.markerId) : namespaceMembers(child.pid ?? 0, known.value)
  const left = () => (child.pid === undefined ? [] : remains(members))
  // A launcher may report our own SIGKILL of the namespace as any exit code.
  let forced = false
  const exited = over.then(async (status) => {
    await known.settled
    await killUntilGone(left).catch(() => undefined) // What hangs in the kernel must not hide the exit; `stop` and `close` tell.
    return forced ? { ...status, signal: 'SIGKILL' } : status
  })
  /** What there is to do where no /proc shows processes. */
  const signalGroup = (signal: 'SIGTERM' | 'SIGKILL') => {
    if (place.keeps !== 'group' || child.pid === undefined || readEntry(process.pid) !== undefined) return
    try {
      process.kill(-child.pid, signal)
    } catch {
      // Nobody is left in the group.
    }
  }
  let pid: number | undefined
  return {
    get pid() {
      pid ??= members.program(readProcessTable())
      return pid
    },
    stdin, stdout, stderr, exited,
    members: (table) => (child.pid === undefined ? [] : members.among(table)),
    async stop(graceMs = defaultGraceMs) {
      // Before bwrap has told its namespace there is nothing to signal yet.
      await Promise.race([known.settled, over])
      const { expired, cancel } = expiry(place.clock, graceMs)
      signalAll(members.among(readProcessTable()), 'SIGTERM')
      signalGroup('SIGTERM')
      await Promise.race([over, expired])
      forced = !(await untilGone(() => members.among(readProcessTable()), expired))
      cancel()
      await killUntilGone(left)
      signalGroup('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exited
    },
  }
}

/** What must still die: the namespace's init takes all others along. */
function remains(members: Members): readonly TableEntry[] {
  const table = readProcessTable()
  const init = members.init(table)
  return init === undefined ? members.among(table) : [init]
}

function expiry(clock: Clock, graceMs: number): { expired: Promise<void>; cancel: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { expired: promise, cancel: clock.after(graceMs, resolve) }
}

function readInfo(launched: Launched): { settled: Promise<void>; value: () => { init: number; inode: number } | undefined } {
  let value: { init: number; inode: number } | undefined
  if (launched.info === undefined) return { settled: Promise.resolve(), value: () => undefined }
  const settled = text(launched.info).then(
    (answer) => {
      const init = Number(answer.match(/"child-pid": (\d+)/)?.[1])
      const inode = Number(answer.match(/"pid-namespace": (\d+)/)?.[1])
      if (init > 0) value = { init, inode }
    },
    () => undefined, // The launcher died before it told: then there is no namespace.
  )
  return { settled, value: () => value }
}

/** In a namespace the launcher reports a death by signal as 128 + number; both are given then. */
function exitStatus(code: number | null, signal: string | null, keeps: StartPlace['keeps']): ExitStatus {
  if (keeps === 'group' || code === null || code <= 128) return { code, signal }
  const name = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0]
  return { code, signal: name ?? null }
}

function problemWith(command: SpawnCommand): string | undefined {
  // A NUL would end a word of bwrap's options and begin another: refused here, for every launcher.
  const bad = Object.entries(command.env).find(([name, value]) => name === '' || /[=\0]/.test(name) || value.includes('\0'))
  if (bad !== undefined) return `the environment variable ${JSON.stringify(bad[0])} cannot be set`
  if (command.args.some((arg) => arg.includes('\0'))) return 'an argument holds a NUL character'
  if (command.cwd.includes('\0') || statSync(command.cwd, { throwIfNoEntry: false })?.isDirectory() !== true) return `${command.cwd}: no such folder (ENOENT)`
  return undefined
}

function failedProcess(startError: string): OwnedProcess {
  const empty = () => new PassThrough().end()
  const stdin = new PassThrough()
  stdin.on('error', () => undefined)
  stdin.resume()
  return {
    pid: undefined, stdin, stdout: empty(), stderr: empty(), members: () => [],
    exited: Promise.resolve({ code: null, signal: null, startError }), stop: () => Promise.resolve(),
  }
}
