import { AppError } from '../spec/app-error.ts'
import { type BoxLimits, type HeldLimits, limitNames, unheldLimits, wantedLimits } from '../spec/box-limits.ts'

const words = { kernel: 'by the kernel', rlimit: 'by a limit of its processes', host: 'by our clock', none: 'by nothing' } as const
const holders = ['kernel', 'rlimit', 'host', 'none'] as const satisfies readonly (keyof typeof words)[]

/** What holds which limit, for people: `memory, pids by the kernel; disk by nothing`. Empty when none was wanted. */
export function limitWords(held: HeldLimits): string {
  const groups = holders.map((holder) => ({ holder, names: limitNames.filter((name) => held[name] === holder) }))
  return groups.filter(({ names }) => names.length > 0).map(({ holder, names }) => `${names.join(', ')} ${words[holder]}`).join('; ')
}

/** What an attestation says of limits. */
export const limitNotes = (held: HeldLimits): string[] => (Object.keys(held).length === 0 ? [] : [`Limits are held: ${limitWords(held)}.`])

/** Where no kernel holds any: those that something else does. @param why as in `refuseUnheld` @throws {AppError} 'unavailable' where limits are required */
export function heldWithoutKernel(limits: BoxLimits, holders: HeldLimits, why: string): HeldLimits {
  const held: HeldLimits = Object.fromEntries(wantedLimits(limits).map((name) => [name, holders[name] ?? 'none']))
  refuseUnheld(limits, held, why)
  return held
}

/** @param why sentences: why nothing holds them here, and what would @throws {AppError} 'unavailable' when the agent's file wants no box without them */
export function refuseUnheld({ required }: BoxLimits, held: HeldLimits, why: string): void {
  const unheld = unheldLimits(held)
  if (required !== true || unheld.length === 0) return
  throw new AppError('unavailable', `The agent’s file requires limits that nothing holds here: ${unheld.join(', ')}. ${why} Or take ${unheld.length === 1 ? 'it' : 'them'}, or "required: true", out of "limits" in its sandbox.`)
}
