import { readFile } from 'node:fs/promises'
import { AppError } from '../../spec/app-error.ts'
import type { CanarySystem } from '../canary/canary.ts'
import { countFilters } from '../canary/canary-filters.ts'
import { needTool } from '../process/find-tool.ts'
import { readEntry } from '../process/process-table.ts'
import { proxyPort } from './net-namespace.ts'

/** What the kernel of Linux has to hold beside files and networks. */
export const linuxCanary: CanarySystem = {
  proxyPort,
  async attempts() {
    const self = readEntry(process.pid)
    if (self === undefined) throw new AppError('unavailable', 'This machine does not show its processes: /proc is not mounted.')
    return [
      { name: 'opens a setting of the kernel to write', do: 'open', path: '/proc/sys/kernel/core_pattern' },
      { name: 'has rights of root', do: 'rights' },
      { name: 'makes system calls that nothing filters', do: 'filters', outside: countFilters(await readFile('/proc/self/status', 'utf8')) },
      { name: 'makes a user namespace', do: 'unshare', file: needTool('unshare', 'util-linux') },
      { name: 'sees a process of this machine', do: 'see', pid: self.pid, startTicks: self.startTicks },
    ]
  },
}
