import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** One live process, as /proc shows it. Zombies are dead and left out. */
export interface TableEntry {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  /** Clock ticks since boot: with the pid, names a process for ever. */
  readonly startTicks: number
}

/** Linux fixes USER_HZ at 100 for user space, whatever the kernel ticks at. */
const msPerTick = 10

/**
 * Every live process this machine shows us. Empty where there is no /proc.
 * @see proc_pid_stat(5)
 */
export function readProcessTable(): TableEntry[] {
  return listPids().flatMap((pid) => readEntry(pid) ?? [])
}

/** The process `pid`; undefined when it is gone, also when it is a zombie. */
export function readEntry(pid: number): TableEntry | undefined {
  const stat = readText(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The command name stands in parentheses and may itself hold any character; only the last `)` ends it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const state = fields[0]
  if (state === 'Z' || state === 'X') return undefined
  const numberAt = (index: number) => Number(fields[index] ?? 0)
  return { pid, parent: numberAt(1), group: numberAt(2), session: numberAt(3), startTicks: numberAt(19) }
}

/** True while the very process of `entry` lives, not another one with its number. */
export const isAlive = (entry: TableEntry): boolean => readEntry(entry.pid)?.startTicks === entry.startTicks

/** Inode of the process's pid namespace; undefined when it is gone or may not be looked at. */
export function pidNamespaceOf(pid: number): number | undefined {
  const link = attempt(() => readlinkSync(`/proc/${pid}/ns/pid`))
  const inode = link?.match(/^pid:\[(\d+)\]$/)?.[1]
  return inode === undefined ? undefined : Number(inode)
}

/** True when the environment the process was started with holds `NAME=value`. False when it may not be looked at. */
export function hasMarker(pid: number, marker: string): boolean {
  return readText(`/proc/${pid}/environ`)?.split('\0').includes(marker) ?? false
}

/** The entries of `roots` and of everything below them. */
export function descendants(table: readonly TableEntry[], roots: ReadonlySet<number>): TableEntry[] {
  const children = Map.groupBy(table, (entry) => entry.parent)
  const found = new Map<number, TableEntry>()
  const open = table.filter((entry) => roots.has(entry.pid))
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    if (found.has(entry.pid)) continue
    found.set(entry.pid, entry)
    open.push(...(children.get(entry.pid) ?? []))
  }
  return [...found.values()]
}

/** The command line for people, at most 4096 characters; the short name for a process that hides it. */
export function commandOf(pid: number): string {
  const line = readText(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim()
  return (line === undefined || line === '' ? (readText(`/proc/${pid}/comm`)?.trim() ?? '') : line).slice(0, 4_096)
}

/**
 * Epoch milliseconds of a process's birth, rounded up by at most 20 ms, so that what was born after a moment never
 * seems older than it.
 * @param now the clock at this moment
 */
export function startedAt(entry: TableEntry, now: number): number {
  const uptimeMs = Number((readText('/proc/uptime') ?? '0').split(' ')[0]) * 1_000
  return Math.ceil(Math.min(now, now - uptimeMs + (entry.startTicks + 1) * msPerTick))
}

function listPids(): number[] {
  return (attempt(() => readdirSync('/proc')) ?? []).filter((name) => /^\d+$/.test(name)).map(Number)
}

function readText(path: string): string | undefined {
  return attempt(() => readFileSync(path, 'utf8'))
}

/** A process may end, or belong to somebody else, between any two looks: that is an answer here, not a failure. */
function attempt<Value>(look: () => Value): Value | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
