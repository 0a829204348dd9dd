import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GroupKind, GroupPlace } from './group-places.ts'

/**
 * Has a control group hold a limit: bytes of memory, processes and threads, or processors. What is swapped out counts as memory, where the
 * kernel counts it.
 * @returns false where the kernel takes no such limit
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html and https://docs.kernel.org/admin-guide/cgroup-v1
 */
export function setGroupLimit(folder: string, version: GroupPlace['version'], kind: GroupKind, limit: number): boolean {
  try {
    for (const [name, text] of files[version][kind](limit)) {
      // Never made: what is not the kernel's holds nothing.
      if (!swapFiles.has(name) || existsSync(join(folder, name))) writeFileSync(join(folder, name), text, { flag: 'r+' })
    }
    return true
  } catch {
    return false // The controller is not there, or the number is none of its.
  }
}

const periodUs = 100_000
/** The kernel takes no less than a millisecond. */
const quotaUs = (processors: number): number => Math.max(1_000, Math.round(processors * periodUs))
const swapFiles = new Set(['memory.swap.max', 'memory.memsw.limit_in_bytes'])

/** What is written, in this order. */
const files: Readonly<Record<GroupPlace['version'], Readonly<Record<GroupKind, (limit: number) => readonly (readonly [name: string, text: string])[]>>>> = {
  2: {
    memory: (bytes) => [['memory.max', String(bytes)], ['memory.swap.max', '0']],
    pids: (most) => [['pids.max', String(most)]],
    cpu: (processors) => [['cpu.max', `${quotaUs(processors)} ${periodUs}`]],
  },
  1: {
    memory: (bytes) => [['memory.limit_in_bytes', String(bytes)], ['memory.memsw.limit_in_bytes', String(bytes)]],
    pids: (most) => [['pids.max', String(most)]],
    cpu: (processors) => [['cpu.cfs_period_us', String(periodUs)], ['cpu.cfs_quota_us', String(quotaUs(processors))]],
  },
}
