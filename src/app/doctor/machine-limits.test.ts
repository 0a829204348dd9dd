import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { machineLimits } from './machine-limits.ts'

const look = (files: Readonly<Record<string, string>>, writable: readonly string[]) => machineLimits((path) => files[path], (folder) => writable.includes(resolve(folder)))
const slice = '/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service'

it('finds what is delegated to an ordinary user', () => {
  const files = { '/proc/self/cgroup': '0::/user.slice/user-1000.slice/user@1000.service\n', [`${slice}/cgroup.controllers`]: 'memory pids\n' }
  expect(look(files, [slice])).toEqual({ held: ['memory', 'pids'], by: 'cgroup v2' })
  expect(look(files, [])).toEqual({ held: [], by: 'none' })
})

it('finds groups of the first version, where the second has no controllers', () => {
  const files = { '/proc/self/cgroup': '8:pids:/\n4:memory:/jobs/a:b\n1:cpu,cpuacct:/\n0::/\n', '/sys/fs/cgroup/cgroup.controllers': '' }
  expect(look(files, ['/sys/fs/cgroup/pids', '/sys/fs/cgroup/memory/jobs/a:b', '/sys/fs/cgroup'])).toEqual({ held: ['memory', 'pids'], by: 'cgroup v1' })
})

it('finds none where there are none', () => {
  expect(look({}, [])).toEqual({ held: [], by: 'none' })
})
