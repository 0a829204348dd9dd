import { isInside } from '../../base/is-inside.ts'
import { userPath } from '../../base/user-path.ts'
import { AppError } from '../app-error.ts'
import { quote } from '../yaml/problem.ts'
import type { BoxCeiling } from './box-ceiling.ts'
import { type ProfileName, profileNames } from './words.ts'

export interface AskedBox {
  readonly profile: ProfileName
  readonly read?: readonly string[] | undefined
  readonly write?: readonly string[] | undefined
  /** Host variables let in. */
  readonly env?: readonly string[] | undefined
}

const width = (profile: ProfileName) => profileNames.indexOf(profile)

/**
 * What of a box goes beyond a ceiling, each as words that follow "gives no session"; empty when nothing does.
 * @param place paths may be absolute, below `~`, or from the work folder
 */
export function beyondCeiling(asked: AskedBox, ceiling: BoxCeiling, place: { readonly workspace: string; readonly home: string }): readonly string[] {
  const at = (path: string) => userPath(path, place)
  const { profile } = ceiling
  const paths = (kind: 'read' | 'write') => (ceiling[kind] === undefined ? [] : (asked[kind] ?? []).filter((path) => ![place.workspace, ...(ceiling[kind] ?? [])].some((folder) => isInside(at(folder), at(path)))))
  return [
    ...(profile !== undefined && width(asked.profile) > width(profile) ? [`sandbox profile ${asked.profile} (the most is ${profile})`] : []),
    ...paths('read').map((path) => `${quote(path)} to read`), ...paths('write').map((path) => `${quote(path)} to write`),
    ...(ceiling.env === undefined ? [] : (asked.env ?? []).filter((name) => ceiling.env?.includes(name) !== true).map((name) => `the host variable ${name}`)),
  ]
}

/** @param whose whose ceiling it is, as a person is told @throws {AppError} 'forbidden' with what goes beyond it, and what to do */
export function refuseBeyond(asked: AskedBox, ceiling: BoxCeiling | undefined, { whose, ...place }: { readonly workspace: string; readonly home: string; readonly whose: string }): void {
  const beyond = ceiling === undefined ? [] : beyondCeiling(asked, ceiling, place)
  if (beyond.length === 0) return
  const { profile = 'off' } = ceiling ?? {}
  const advice = width(asked.profile) > width(profile) ? `Run it with --sandbox ${profile}` : 'Take it out of the agent’s file'
  throw new AppError('forbidden', `${whose} gives no session ${beyond.join('; ')}. ${advice}, or have "sandbox: ceiling" changed in its configuration.`)
}
