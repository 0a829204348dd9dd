import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, realpathSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../spec/app-error.ts'
import type { HeldLimits } from '../../spec/box-limits.ts'
import type { Attestation, BoxProfile, Omnibox, SpawnCommand } from '../../spec/ports/box.ts'
import type { Clock, Ids } from '../../spec/ports/clock.ts'
import { writeTrustFiles } from '../gateway/write-trust.ts'
import { heldWithoutKernel, limitNotes } from '../limit-words.ts'
import type { BoxPlan } from '../plan/box-plan.ts'
import { type MachinePlaces, planBox } from '../plan/plan-box.ts'
import { createBox } from '../process/create-box.ts'
import { markerName } from '../process/members.ts'
import { type Launched, startLauncher } from '../process/start-launcher.ts'
import { tempEnvironment, wayEnvironment, type WayFromInside } from './box-environment.ts'
import { openProxyDoor } from './proxy-door.ts'
import { type SeatbeltPlace, seatbeltProfile } from './seatbelt-profile.ts'

export interface MacosOmniboxOptions {
  readonly clock: Clock
  readonly ids: Ids
  readonly machine: MachinePlaces
  /** A folder of ours for what a box is made of; of it a box sees its own alone. */
  readonly dir: string
  /** For tests, which stand another program in its place. */
  readonly launcher?: string
}

/** Part of macOS since 10.5. */
export const sandboxExec = '/usr/bin/sandbox-exec'

/**
 * The Omnibox on macOS: every program of a session under a profile of the system's own sandbox (Seatbelt). Files, services and networks are as
 * on Linux what the profile names; the processes, folders and network of the machine are the same for all, so a box has none of its own.
 * **Nobody has run it on a Mac yet.**
 */
export function createMacosOmnibox({ clock, ids, machine, dir, launcher = sandboxExec }: MacosOmniboxOptions): Omnibox {
  return {
    async open(profile) {
      const { name, way } = profile
      if (name === 'off') throw new AppError('unavailable', 'Profile "off" has no walls: it is not put up here.')
      if (!existsSync(launcher)) throw new AppError('unavailable', `The sandbox needs ${launcher}, which this system does not have. Run with "sandbox: off", which has no walls.`)
      const limits = heldWithoutKernel(profile.limits ?? {}, { minutes: 'host' }, 'On a Mac nothing holds them.')
      const id = ids.next('box')
      const toRelease = [() => rm(join(dir, id), { recursive: true, force: true })]
      const release = async () => {
        for (let step = toRelease.pop(); step !== undefined; step = toRelease.pop()) await step()
      }
      try {
        if (profile.git !== undefined) throw new AppError('unavailable', 'A Mac can not cover a folder’s .git, so no sub-agent works in a worktree of its own here.')
        const plan = planBox({ ...profile, name }, machine)
        const own = ownFolder(join(dir, id))
        const temp = join(own, 'tmp')
        mkdirSync(temp, { mode: 0o700 })
        let inside: WayFromInside | undefined
        if (way !== undefined) {
          const password = randomBytes(24).toString('base64url')
          const door = await openProxyDoor(password)
          toRelease.push(() => door.close())
          toRelease.push(await way.serve(door))
          inside = { port: door.port, password, trust: writeTrustFiles(join(own, 'trust'), way.root) }
        }
        const place: SeatbeltPlace = { temp, trust: inside === undefined ? [] : [inside.trust.folder], proxyPort: inside?.port }
        seatbeltProfile(plan, place) // What can not be put into words is said before a session begins.
        const env = inside === undefined ? {} : wayEnvironment(inside)
        const launch = (command: SpawnCommand, marker: string): Launched => startLauncher(
          [launcher, '-p', seatbeltProfile(withReads(plan, command), place), command.file, ...command.args],
          command.cwd, { ...tempEnvironment(temp), ...command.env, ...env, [markerName]: marker }, [],
        )
        return createBox({ id, clock, release, attestation: attest(profile, limits), start: { launch, keeps: 'group' } })
      } catch (error) {
        await release()
        throw error
      }
    },
  }
}

/** By the name that the kernel knows it by: rules are about no other. */
function ownFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return realpathSync.native(path)
}

/** What this one program is made of, by both of its names. */
function withReads(plan: BoxPlan, { reads = [] }: SpawnCommand): BoxPlan {
  const named = reads.flatMap((path) => (existsSync(path) ? [path, realpathSync.native(path)] : []))
  return { ...plan, programs: [...new Set([...plan.programs, ...named])] }
}

function attest({ name, way, hides = [] }: BoxProfile, limits: HeldLimits): Attestation {
  const sees = { 'read-only': 'It reads the work folder and changes nothing but its own home folder and temporary files.', workspace: 'It reads and writes the work folder and its own home folder, and sees nothing else of yours.', open: 'It reads the whole disk but what is known to hold secrets, and writes the work folder.', off: '' }[name]
  return {
    profile: name, processes: 'group', advisory: false, limits,
    notes: [
      'The sandbox of macOS is new here and was not tested on a Mac: omni doctor tries what it holds.',
      sees, way !== undefined ? 'What leaves the machine goes through the gateway by its proxy: programs that use none do not get out.' : 'Nothing leaves the machine: it reaches no network.',
      ...(hides.length === 0 ? [] : [`${hides.length} ${hides.length === 1 ? 'path is' : 'paths are'} hidden in it, as the agent’s file says.`]),
      ...limitNotes(limits),
      'A stop reaches process groups only: a program that leaves its group outlives it, and a crash of the host, inside of the walls.',
    ],
  }
}
