import { type BoxLimits, type HeldLimits, type LimitName, unheldLimits, wantedLimits } from '../../spec/box-limits.ts'
import { refuseUnheld } from '../limit-words.ts'
import { findTool } from '../process/find-tool.ts'
import { openBoxGroup } from './box-group.ts'
import { groupKinds, type GroupPlace, groupPlaces, thisMachine } from './group-places.ts'

/** The limits of one box, put in place as far as this machine can. */
export interface LimitHold {
  /** What holds each limit that was wanted. */
  readonly held: HeldLimits
  /** Words in front of those of every program, outside of all of the box's namespaces. */
  readonly outside: readonly string[]
  /** The same once it is in the box's own network. */
  readonly inNetwork: readonly string[]
  /** Once nothing of the box runs any more. */
  close(): Promise<void>
}

/**
 * Control groups where we may make them; for processes else a limit of their user's in the box. Nothing holds a limit of the disk.
 * @param hasNetwork the box has a network of its own: that is the namespace in which its user's processes are counted together
 * @throws {AppError} 'unavailable' where all of them are required and one is not held: nothing is left then
 */
export async function holdLimits(limits: BoxLimits, { hasNetwork }: { readonly hasNetwork: boolean }, places: readonly GroupPlace[] = groupPlaces(thisMachine)): Promise<LimitHold> {
  const group = await openBoxGroup(limits, places)
  const inNetwork = limits.pids === undefined || !hasNetwork || group.kinds.includes('pids') ? [] : processLimit(limits.pids)
  const holderOf = (name: LimitName) => {
    if (group.kinds.some((kind) => kind === name)) return 'kernel'
    if (name === 'pids' && inNetwork.length > 0) return 'rlimit'
    return name === 'minutes' ? 'host' : 'none'
  }
  const held: HeldLimits = Object.fromEntries(wantedLimits(limits).map((name) => [name, holderOf(name)]))
  try {
    refuseUnheld(limits, held, whyUnheld(held))
  } catch (error) {
    await group.close()
    throw error
  }
  return { held, outside: group.enter, inNetwork, close: () => group.close() }
}

/**
 * The kernel counts the processes of a user in each namespace of users besides, and checks both; those of the machine's root it does not check.
 * @see setrlimit(2) RLIMIT_NPROC, user_namespaces(7)
 */
function processLimit(most: number): readonly string[] {
  const prlimit = findTool('prlimit')
  if (prlimit === undefined || process.getuid?.() === 0) return []
  // Nobody may raise their own.
  const own = Number(/^Max processes\s+\S+\s+(\d+)/m.exec(thisMachine.read('/proc/self/limits') ?? '')?.[1] ?? most)
  return [prlimit, `--nproc=${Math.min(most, own)}`, '--']
}

/** Limits of which each is large enough for any program, to see what would hold them. */
const sample: BoxLimits = { memory: 1024 ** 4, pids: 10_000, cpu: 1, disk: 1024 ** 4, minutes: 1 }

/** What holds limits of a session on this machine. Found out by doing it; nothing of it stays. */
export async function tryLimits(): Promise<HeldLimits> {
  const { held, close } = await holdLimits(sample, { hasNetwork: true })
  await close()
  return held
}

/** Why what is not held is not, and what would hold it; sentences. Empty where everything is. */
export function whyUnheld(held: HeldLimits): string {
  const unheld = unheldLimits(held)
  const ofGroups = groupKinds.filter((kind) => unheld.includes(kind))
  return [
    ...(ofGroups.length > 0 ? [`For ${ofGroups.join(', ')} omni has to make a control group, which it may not here; it may in a scope of your own: systemd-run --user --scope omni server start.`] : []),
    ...(unheld.includes('disk') ? ['Nothing holds a limit of the disk yet, on any machine.'] : []),
  ].join(' ')
}
