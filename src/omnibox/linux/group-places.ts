import { accessSync, constants, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** What a control group holds. */
export const groupKinds = ['memory', 'pids', 'cpu'] as const
export type GroupKind = (typeof groupKinds)[number]

/** A control group in which we may make others, and what those hold. */
export interface GroupPlace {
  readonly version: 1 | 2
  readonly folder: string
  readonly kinds: readonly GroupKind[]
}

/** How this machine is looked at. */
export interface MachineLook {
  /** The text of a file; undefined when it is not there. */
  read(path: string): string | undefined
  mayWrite(path: string): boolean
}

const mount = '/sys/fs/cgroup'

/**
 * Looks for places for a group of a box's own: at most one of version 2, and one in each hierarchy of version 1.
 * @see cgroups(7): `/proc/self/cgroup` has a line `id:controllers:path` for each hierarchy; that of version 2 names no controllers
 */
export function groupPlaces({ read, mayWrite }: MachineLook): readonly GroupPlace[] {
  const lines = (read('/proc/self/cgroup') ?? '').split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? []
    // Groups outside of our namespace are named from its root upwards: they are not ours to see.
    return controllers === undefined || path === undefined || path.startsWith('/..') ? [] : [{ controllers: controllers.split(','), path }]
  })
  const second = lines.filter(({ controllers }) => controllers[0] === '').flatMap(({ path }) => placeAbove(path, { read, mayWrite }))
  const first = lines.flatMap(({ controllers, path }): GroupPlace[] => {
    const kinds = groupKinds.filter((kind) => controllers.includes(kind))
    const folder = resolve(join(mount, kinds[0] ?? '', path))
    return kinds.length > 0 && mayWrite(folder) ? [{ version: 1, folder, kinds }] : []
  })
  return [...second, ...first]
}

/**
 * The nearest of those of our groups that give the most to their children. None of them but the machine's first holds processes itself, for
 * the kernel keeps that apart; and only who may write its `cgroup.procs` may move processes below it.
 */
function placeAbove(path: string, { read, mayWrite }: MachineLook): readonly GroupPlace[] {
  const root = [mount, join(mount, 'unified')].find((folder) => read(join(folder, 'cgroup.controllers')) !== undefined)
  if (root === undefined) return []
  const found = upwards(path).flatMap((at): GroupPlace[] => {
    const folder = resolve(join(root, at))
    const given = (read(join(folder, 'cgroup.subtree_control')) ?? '').trim().split(' ')
    const kinds = groupKinds.filter((kind) => given.includes(kind))
    return kinds.length > 0 && mayWrite(folder) && mayWrite(join(folder, 'cgroup.procs')) ? [{ version: 2, folder, kinds }] : []
  })
  return found.toSorted((left, right) => right.kinds.length - left.kinds.length).slice(0, 1)
}

const upwards = (path: string): string[] => (path === '/' ? [path] : [path, ...upwards(dirname(path))])

/** This machine, as we may look at it. */
export const thisMachine: MachineLook = {
  read(path) {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return undefined // Not there, or not ours to read.
    }
  },
  mayWrite(path) {
    try {
      accessSync(path, constants.W_OK)
      return true
    } catch {
      return false // Not there, not ours, or mounted to be read.
    }
  },
}
