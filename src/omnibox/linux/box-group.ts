import { execFile } from 'node:child_process'
import { existsSync, readdirSync, rmdirSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { BoxLimits } from '../../spec/box-limits.ts'
import { pidNamespaceOf, readEntry } from '../process/process-table.ts'
import type { GroupKind, GroupPlace } from './group-places.ts'
import { setGroupLimit } from './set-group-limit.ts'

/** The control groups of one box. */
export interface BoxGroup {
  /** What they really hold. */
  readonly kinds: readonly GroupKind[]
  /** Words in front of a program's: it is in the groups before it is started, or it is not started. */
  readonly enter: readonly string[]
  /** Once nothing of the box runs any more. */
  close(): Promise<void>
}

/** Makes groups that hold these limits, as far as the kernel lets us: what it refuses is not held. */
export async function openBoxGroup(limits: BoxLimits, places: readonly GroupPlace[]): Promise<BoxGroup> {
  const made = await Promise.all(places.map((place) => makeGroup(place, limits)))
  const groups = made.filter((each) => each !== undefined)
  return {
    kinds: groups.flatMap(({ kinds }) => kinds),
    enter: groups.length === 0 ? [] : enterWords(groups.map(({ folder }) => folder)),
    close: async () => void (await Promise.all(groups.map(({ folder }) => removeGroup(folder)))),
  }
}

async function makeGroup({ version, folder: above, kinds }: GroupPlace, limits: BoxLimits): Promise<{ readonly folder: string; readonly kinds: readonly GroupKind[] } | undefined> {
  const wanted = kinds.filter((kind) => limits[kind] !== undefined)
  if (wanted.length === 0) return undefined
  removeLeft(above)
  const folder = await mkdtemp(join(above, groupPrefix())).catch(() => undefined) // The kernel says no, whatever the folder's permissions say.
  if (folder === undefined) return undefined
  // Tried before there are limits: those may be too small for anything.
  const held = (await canEnter(folder)) ? wanted.filter((kind) => setGroupLimit(folder, version, kind, limits[kind] ?? 0)) : []
  if (held.length > 0) return { folder, kinds: held }
  await removeGroup(folder)
  return undefined
}

const run = promisify(execFile)
const procs = 'cgroup.procs'

/** In a folder that is no control group the kernel has put nothing. */
async function canEnter(folder: string): Promise<boolean> {
  if (!existsSync(join(folder, procs))) return false
  const [shell, ...words] = enterWords([folder])
  return run(shell, [...words, '/bin/true'], { env: {}, cwd: '/' }).then(() => true, () => false)
}

/** The shell moves itself, and becomes the program. */
const enterWords = (folders: readonly string[]): [string, ...string[]] => ['/bin/sh', '-c', 'while [ "$1" != -- ]; do echo 0 >"$1" || exit 125; shift; done; shift; exec "$@"', 'sh', ...folders.map((folder) => join(folder, procs)), '--']

/** Says whose a group is: the process of a host, which its number alone does not name for ever, in the view of processes that it has. */
const groupPrefix = (): string => `${ourGroups()}${process.pid}-${readEntry(process.pid)?.startTicks ?? 0}-`
const ourGroups = (): string => `omnigent-${pidNamespaceOf(process.pid) ?? 0}-`

/** Of hosts that were killed. */
function removeLeft(above: string): void {
  const ours = ourGroups()
  for (const name of readdirSync(above).filter((each) => each.startsWith(ours))) {
    const [pid = 0, startTicks] = name.slice(ours.length).split('-').map(Number)
    if (readEntry(pid)?.startTicks !== startTicks) remove(join(above, name))
  }
}

const tries = 100
const pollMs = 10

/** Processes leave their group a moment after they have ended. What is in use all the same goes with a later box. */
async function removeGroup(folder: string): Promise<void> {
  for (let left = tries; left > 0 && !remove(folder); left -= 1) await pause(pollMs)
}

/** Only an empty one: the kernel removes no other. */
function remove(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT'
  }
}
