import { expect, it } from 'vitest'
import { groupPlaces } from './group-places.ts'

const mount = '/sys/fs/cgroup'
const look = (files: Readonly<Record<string, string>>, writable: readonly string[]) => groupPlaces({ read: (path) => files[path], mayWrite: (path) => writable.includes(path) })
const withProcs = (...folders: readonly string[]) => folders.flatMap((folder) => [folder, `${folder}/cgroup.procs`])

const user = `${mount}/user.slice/user-1000.slice/user@1000.service`
/** A program of a user's own systemd, which is given what is below `user@1000.service`. */
const desktop = {
  '/proc/self/cgroup': '0::/user.slice/user-1000.slice/user@1000.service/app.slice/omni.scope\n', [`${mount}/cgroup.controllers`]: 'cpuset cpu io memory pids\n', [`${mount}/cgroup.subtree_control`]: 'cpu memory pids\n',
  [`${user}/cgroup.subtree_control`]: 'cpu memory pids\n', [`${user}/app.slice/cgroup.subtree_control`]: 'cpu memory pids\n', [`${user}/app.slice/omni.scope/cgroup.subtree_control`]: '\n',
}

it('makes groups beside its own, which holds processes itself and so gives nothing to its children', () => {
  expect(look(desktop, withProcs(user, `${user}/app.slice`, `${user}/app.slice/omni.scope`))).toEqual([{ version: 2, folder: `${user}/app.slice`, kinds: ['memory', 'pids', 'cpu'] }])
})

it('goes further up for more', () => {
  const files = { ...desktop, [`${user}/app.slice/cgroup.subtree_control`]: 'memory pids\n' }
  expect(look(files, withProcs(user, `${user}/app.slice`))).toEqual([{ version: 2, folder: user, kinds: ['memory', 'pids', 'cpu'] }])
  expect(look(files, withProcs(`${user}/app.slice`))).toEqual([{ version: 2, folder: `${user}/app.slice`, kinds: ['memory', 'pids'] }])
})

it('makes none where processes can not be moved to, or no folder made', () => {
  expect(look(desktop, [user, `${user}/app.slice`])).toEqual([])
  expect(look(desktop, [`${user}/app.slice/cgroup.procs`])).toEqual([])
})

it('makes none in the one group of a container, nor in one outside of it', () => {
  const files = { [`${mount}/cgroup.controllers`]: 'memory pids\n', [`${mount}/cgroup.subtree_control`]: '\n' }
  expect(look({ ...files, '/proc/self/cgroup': '0::/\n' }, withProcs(mount))).toEqual([])
  expect(look({ ...files, [`${mount}/cgroup.subtree_control`]: 'memory\n', '/proc/self/cgroup': '0::/../other\n' }, withProcs(mount))).toEqual([])
})

it('makes one in the machine’s first, where we are in it', () => {
  expect(look({ '/proc/self/cgroup': '0::/\n', [`${mount}/cgroup.controllers`]: 'memory pids\n', [`${mount}/cgroup.subtree_control`]: 'memory pids\n' }, withProcs(mount))).toEqual([{ version: 2, folder: mount, kinds: ['memory', 'pids'] }])
})

it('makes one in each hierarchy of the first version, where the second has nothing', () => {
  const files = { '/proc/self/cgroup': '8:pids:/\n4:memory:/jobs/a:b\n2:cpuset:/\n1:cpu,cpuacct:/\n0::/\n', [`${mount}/unified/cgroup.controllers`]: 'hugetlb\n', [`${mount}/unified/cgroup.subtree_control`]: '\n' }
  expect(look(files, [`${mount}/pids`, `${mount}/memory/jobs/a:b`, mount])).toEqual([{ version: 1, folder: `${mount}/pids`, kinds: ['pids'] }, { version: 1, folder: `${mount}/memory/jobs/a:b`, kinds: ['memory'] }])
})

it('makes one group for what is in one hierarchy', () => {
  expect(look({ '/proc/self/cgroup': '3:memory,cpu:/\n' }, [`${mount}/memory`])).toEqual([{ version: 1, folder: `${mount}/memory`, kinds: ['memory', 'cpu'] }])
})

it('finds no place where there are no groups', () => {
  expect(look({}, [])).toEqual([])
})
