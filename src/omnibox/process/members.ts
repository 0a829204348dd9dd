import { descendants, hasMarker, isAlive, pidNamespaceOf, readEntry } from './process-table.ts'
import type { TableEntry } from './process-table.ts'

/** The variable that marks a box's processes where nothing else holds them together. */
export const markerName = 'OMNI_BOX'

/** Which processes belong to one started program. */
export interface Members {
  /** The living ones; launcher and namespace init, which are ours, are left out. */
  among(table: readonly TableEntry[]): TableEntry[]
  /** The program itself, once it runs. */
  program(table: readonly TableEntry[]): number | undefined
  /** The process whose end ends all members at once; undefined when there is none. */
  init(table: readonly TableEntry[]): TableEntry | undefined
}

/**
 * Members by pid namespace. A process that hides its namespace from us (not dumpable) is found through its parents: an
 * orphan goes to the namespace's init, never out of it.
 * @param known tells init and namespace once bwrap has reported them
 */
export function namespaceMembers(launcherPid: number, known: () => { init: number; inode: number } | undefined): Members {
  const ours = pidNamespaceOf(process.pid)
  let seen: TableEntry | undefined
  let inode: number | undefined

  const init = (table: readonly TableEntry[]): TableEntry | undefined => {
    if (seen !== undefined) return isAlive(seen) ? seen : undefined
    const told = known()
    seen = told === undefined ? findInit(table) : readEntry(told.init)
    inode = told?.inode ?? (seen === undefined ? undefined : pidNamespaceOf(seen.pid))
    return seen
  }
  const findInit = (table: readonly TableEntry[]) =>
    table.find((entry) => entry.parent === launcherPid && ![ours, undefined].includes(pidNamespaceOf(entry.pid)))

  return {
    init,
    among(table) {
      const top = init(table)
      if (top === undefined) return []
      const below = new Set(descendants(table, new Set([top.pid])).map((entry) => entry.pid))
      return table.filter((entry) => entry.pid !== top.pid && (below.has(entry.pid) || pidNamespaceOf(entry.pid) === inode))
    },
    program(table) {
      const top = init(table)
      return table.filter((entry) => entry.parent === top?.pid).sort((left, right) => left.startTicks - right.startTicks)[0]?.pid
    },
  }
}

/** Members by descent, process group, session and the marker in their environment. */
export function groupMembers(programPid: number, markerId: string): Members {
  const marker = `${markerName}=${markerId}`
  return {
    init: () => undefined,
    among(table) {
      const below = new Set(descendants(table, new Set([programPid])).map((entry) => entry.pid))
      return table.filter(
        (entry) => below.has(entry.pid) || entry.group === programPid || entry.session === programPid || hasMarker(entry.pid, marker),
      )
    },
    program: () => programPid,
  }
}

