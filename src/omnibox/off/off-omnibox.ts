import { AppError } from '../../spec/app-error.ts'
import type { Attestation, Omnibox } from '../../spec/ports/box.ts'
import type { Clock, Ids } from '../../spec/ports/clock.ts'
import { detectLauncher } from './detect-launcher.ts'
import { launch, type Launcher, type LauncherKind } from './launcher.ts'
import { heldWithoutKernel, limitNotes } from '../limit-words.ts'
import { createBox } from '../process/create-box.ts'
import { readEntry } from '../process/process-table.ts'

export interface OffOmniboxOptions {
  readonly clock: Clock
  readonly ids: Ids
  /** Which ways of keeping processes together may be tried, best first; all by default. */
  readonly launchers?: readonly LauncherKind[]
}

/**
 * The Omnibox for profile `off`: no walls, and it says so. It still gives each program its own pid namespace where the
 * machine allows, so that a stop stops everything. What the machine allows is tried once, at the first `open`.
 */
export function createOffOmnibox(options: OffOmniboxOptions): Omnibox {
  let detected: Promise<Launcher | undefined> | undefined
  return {
    async open(profile) {
      if (profile.name !== 'off') {
        throw new AppError('unavailable', `The sandbox profile "${profile.name}" is not available here. Set "sandbox: off" to run without walls.`)
      }
      const limits = heldWithoutKernel(profile.limits ?? {}, {}, 'Without a sandbox nothing holds any: run it with --sandbox workspace.')
      detected ??= detectLauncher(options.launchers)
      const launcher = await detected
      if (launcher === undefined) throw new AppError('unavailable', 'No program can be started on this machine: /bin/sh does not run.')
      return createBox({ id: options.ids.next('box'), start: { launch: (command, marker) => launch(launcher, command, marker), keeps: launcher.kind === 'group' ? 'group' : 'namespace' }, attestation: { ...attest(launcher, limitNotes(limits)), limits }, clock: options.clock })
    },
  }
}

/** @param more what there is to say besides */
function attest(launcher: Launcher, more: readonly string[]): Omit<Attestation, 'limits'> {
  const open = 'No walls: the agent can read, change and send whatever you can. Approvals and budgets are advisory.'
  if (launcher.kind === 'group') {
    const missed = 'Processes are found by group, parents and a marker in their environment: one that hides from all three outlives a stop.'
    const survives = launcher.setpriv === undefined ? 'Programs outlive a crash of the host.' : 'Detached processes outlive a crash of the host.'
    const hidden = 'This system does not show its processes: a stop reaches process groups only.'
    if (readEntry(process.pid) === undefined) return { profile: 'off', processes: 'group', advisory: true, notes: [open, `${hidden} ${survives}`, ...more] }
    const fix = 'Install bubblewrap (bwrap) and allow user namespaces to close this gap.'
    return { profile: 'off', processes: 'group', advisory: true, notes: [open, `${missed} ${survives} ${fix}`, ...more] }
  }
  const sudo = launcher.isRoot ? [] : ['sudo and other set-uid programs do not work inside.']
  const held = 'Each program has its own pid namespace: a stop, or a crash of the host, ends everything it started.'
  return { profile: 'off', processes: 'namespace', advisory: true, notes: [open, held, ...sudo, ...more] }
}
