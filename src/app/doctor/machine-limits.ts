import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** Where this machine's kernel could hold limits for what we start. */
export interface MachineLimits {
  readonly held: readonly ('memory' | 'pids' | 'cpu')[]
  readonly by: 'cgroup v2' | 'cgroup v1' | 'none'
}

const kinds = ['memory', 'pids', 'cpu'] as const
const mount = '/sys/fs/cgroup'

/**
 * Looks which of our own control groups we may make others in.
 * @param read gives the text of a file, or undefined when it is not there
 * @see cgroups(7): `/proc/self/cgroup` has a line `id:controllers:path` for each hierarchy; that of version 2 names no controllers
 */
export function machineLimits(read: (path: string) => string | undefined, mayWrite: (folder: string) => boolean): MachineLimits {
  const lines = (read('/proc/self/cgroup') ?? '').trim().split('\n').map((line) => {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    return { controllers: controllers.split(','), path }
  })
  const unified = lines.find(({ controllers }) => controllers[0] === '')
  const own = unified === undefined ? undefined : join(mount, unified.path)
  const given = own === undefined ? [] : (read(join(own, 'cgroup.controllers')) ?? '').trim().split(' ')
  const second = kinds.filter((kind) => given.includes(kind))
  if (own !== undefined && second.length > 0 && mayWrite(own)) return { held: second, by: 'cgroup v2' }
  const first = kinds.filter((kind) => lines.some(({ controllers, path }) => controllers.includes(kind) && mayWrite(join(mount, kind, path))))
  return first.length > 0 ? { held: first, by: 'cgroup v1' } : { held: [], by: 'none' }
}

export function mayWriteFolder(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false // Not there, not ours, or mounted to be read.
  }
}
