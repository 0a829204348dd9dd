import { lstatSync, mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { join } from 'node:path'
import { AppError } from '../../spec/app-error.ts'
import type { Attestation, BoxProfile, Omnibox, SpawnCommand } from '../../spec/ports/box.ts'
import type { Clock, Ids } from '../../spec/ports/clock.ts'
import { limitNotes } from '../limit-words.ts'
import { createBox } from '../process/create-box.ts'
import { needTool } from '../process/find-tool.ts'
import { argsPlace, infoPlace, type Launched, sendBytes, sendWords, startLauncher } from '../process/start-launcher.ts'
import type { BoxPlan } from '../plan/box-plan.ts'
import { bwrapWords, type SystemPath } from './bwrap-words.ts'
import { findBwrap } from './find-bwrap.ts'
import { holdLimits, type LimitHold } from './hold-limits.ts'
import { type NetNamespace, openNetNamespace } from './net-namespace.ts'
import { type MachinePlaces, planBox } from '../plan/plan-box.ts'
import { writePrivateFiles } from './private-files.ts'
import { noTrust, writeTrust } from './trust-files.ts'
import { seccompFilter } from './seccomp-filter.ts'
import { readSystemPaths } from './system-paths.ts'

export interface LinuxOmniboxOptions {
  readonly clock: Clock
  readonly ids: Ids
  readonly machine: MachinePlaces
  /** A folder of ours for what a box is started with; no box sees it. */
  readonly dir: string
  /** How `netns-program.ts` is run: words of its own command line. */
  readonly netnsProgram: readonly string[]
  /** False: addresses lead nowhere, names alone lead out, as on a machine without `ip`. */
  readonly routes?: boolean
}

/** What holds the walls up; tests take single ones away to see that they hold. */
export interface Walls {
  readonly filter: boolean
  /** False: programs run in the machine's own network. */
  readonly network: boolean
  change(words: readonly string[]): readonly string[]
}
export const allWalls: Walls = { filter: true, network: true, change: (words) => words }

/**
 * The Omnibox on Linux: every program of a session in namespaces of its own, by bubblewrap. A box sees the work folder, its own home folder,
 * the system's programs, and nothing else; no network but one that leads to its way out, where it has one.
 */
export function createLinuxOmnibox({ clock, ids, machine, dir, netnsProgram, routes = true }: LinuxOmniboxOptions, walls: Walls = allWalls): Omnibox {
  let tried: Promise<void> | undefined
  return {
    async open(profile) {
      const { name, way } = profile
      if (name === 'off') throw new AppError('unavailable', 'Profile "off" has no walls: it is not put up here.')
      const id = ids.next('box')
      const [bwrap, own] = [findBwrap(dir, process.getuid?.()), readSystemPaths()]
      const toRelease = [() => rm(join(dir, id), { recursive: true, force: true })]
      const release = async () => {
        for (let step = toRelease.pop(); step !== undefined; step = toRelease.pop()) await step()
      }
      try {
        const trust = way === undefined ? noTrust : writeTrust(join(dir, id), way.root, name === 'open')
        const planned = planBox({ ...profile, name }, machine)
        const plan: BoxPlan = { ...planned, files: { ...planned.files, ...writePrivateFiles(join(dir, id), profile.home), ...trust.files }, network: way === undefined ? 'none' : 'own' }
        for (const folder of plan.made) mkdirSync(folder, { recursive: true })
        let entered: EnteredNetwork | undefined
        if (way !== undefined) {
          const nsenter = needTool('nsenter', 'util-linux')
          const namespace = await openNetNamespace({ program: netnsProgram, routes })
          toRelease.push(async () => namespace.close())
          toRelease.push(await way.serve(namespace))
          entered = { nsenter, namespace }
        }
        const limits = await holdLimits(profile.limits ?? {}, { hasNetwork: entered !== undefined })
        toRelease.push(() => limits.close())
        const place: Place = { bwrap, filter: seccompFilter(process.arch), own, walls, entered, limits, env: trust.env }
        tried ??= tryOnce(place, plan).catch((error: unknown) => {
          tried = undefined
          throw error
        })
        await tried
        return createBox({
          id, clock, attestation: attest(profile, entered, limits), release,
          start: { launch: (command) => launch(place, forNow(plan, command), command), keeps: 'namespace' },
        })
      } catch (error) {
        await release()
        throw error
      }
    },
  }
}

interface Place {
  readonly bwrap: string
  readonly filter: Uint8Array
  readonly own: readonly SystemPath[]
  readonly walls: Walls
  readonly entered: EnteredNetwork | undefined
  readonly limits: LimitHold
  /** What every program gets besides its own environment. */
  readonly env: Readonly<Record<string, string>>
}

interface EnteredNetwork {
  readonly nsenter: string
  readonly namespace: NetNamespace
}

const filterPlace = 5

function launch({ bwrap, filter, own, walls, entered: around, limits, env }: Place, plan: BoxPlan, command: SpawnCommand): Launched {
  const entered = walls.network ? around : undefined
  const seccomp = walls.filter ? ['--seccomp', String(filterPlace)] : []
  const words = [...limits.outside, ...(entered === undefined ? [] : [entered.nsenter, ...enter, ...limits.inNetwork]), bwrap, '--info-fd', String(infoPlace), ...seccomp, '--args', String(argsPlace), '--', command.file, ...command.args]
  const launched = startLauncher(words, '/', {}, ['pipe', 'pipe', 'pipe', ...(entered === undefined ? [] : [entered.namespace.userFd, entered.namespace.netFd])])
  sendWords(launched, argsPlace, walls.change(bwrapWords(plan, { ...command, env: { ...command.env, ...env } }, own)))
  sendBytes(launched, filterPlace, walls.filter ? filter : new Uint8Array())
  return launched
}

/** Into the network's namespaces, whose descriptors go no further: from inside they would lead to what the box is not in. */
const enter = ['--user=/proc/self/fd/6', '--net=/proc/self/fd/7', '--preserve-credentials', '--', '/bin/sh', '-c', 'exec 6<&- 7<&-; exec "$@"', 'sh']

/** Covers for what has gone since the box was planned would be made on the disk. A link that leads nowhere has not gone: it is no place for a cover, and there is no box. */
function forNow(plan: BoxPlan, { reads = [] }: SpawnCommand): BoxPlan {
  const isThere = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined
  return { ...plan, pinned: plan.pinned.filter(isThere), frozen: plan.frozen.filter(isThere), hidden: plan.hidden.filter(({ path }) => isThere(path)), programs: [...plan.programs, ...reads] }
}

/** A machine that refuses is named before a session begins, with what to do. @throws {AppError} 'unavailable' */
async function tryOnce(place: Place, plan: BoxPlan): Promise<void> {
  const launched = launch(place, plan, { file: '/bin/true', args: [], cwd: plan.workspace, env: {} })
  launched.stdin.on('error', () => undefined) // It ends without reading.
  launched.stdin.end()
  launched.stdout.resume()
  launched.info?.resume()
  const ended = new Promise<number | null>((resolve) => {
    launched.child.once('error', () => resolve(null))
    launched.child.once('exit', resolve)
  })
  const [said, code] = await Promise.all([text(launched.stderr), ended])
  if (code === 0) return
  const why = said.trim().split('\n').at(-1) ?? ''
  const fix = /namespace|Operation not permitted/i.test(said)
    ? 'This machine refuses user namespaces. Ubuntu 24.04 and later: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0; in Docker: --security-opt seccomp=unconfined --security-opt apparmor=unconfined'
    : 'Look at what bubblewrap says'
  throw new AppError('unavailable', `The sandbox can not be put up: ${why === '' ? `bubblewrap ended with ${code ?? 'an error'}` : why}. ${fix}; or run with "sandbox: off".`)
}

function attest({ name, way, hides = [] }: BoxProfile, entered: EnteredNetwork | undefined, { held }: LimitHold): Attestation {
  const sees = { 'read-only': 'It reads the work folder and changes nothing but its own home folder.', workspace: 'It reads and writes the work folder and its own home folder, and sees nothing else of yours.', open: 'It reads the whole disk but what is known to hold secrets, and writes the work folder.', off: '' }[name]
  const root = process.getuid?.() === 0 ? ['Started as root: files of root are kept out by what the box shows, not by their permissions. An ordinary user is safer.'] : []
  return { profile: name, processes: 'namespace', advisory: false, limits: held, notes: [sees, way !== undefined ? 'Everything that leaves the machine goes through the gateway.' : 'Nothing leaves the machine: there is no network in it.', ...(entered?.namespace.hasRoutes === false ? ['It reaches names only: this machine gives it no routes, so a request to an address fails at once.'] : []), ...(hides.length === 0 ? [] : [`${hides.length} ${hides.length === 1 ? 'path is' : 'paths are'} hidden in it, as the agent’s file says; what is made later is not.`]), ...limitNotes(held), ...root] }
}
