import { dirname } from 'node:path/posix'
import { isInside } from '../../base/is-inside.ts'
import { AppError } from '../../spec/app-error.ts'
import type { BoxPlan } from '../plan/box-plan.ts'
import { baseRules, deviceRules, otherName, systemFolders, systemWays } from './base-rules.ts'
import { anyCase, literal, ruleText, type SeatbeltRule, subpath } from './seatbelt-text.ts'

/** What a box has of ours, beside its plan: real paths. */
export interface SeatbeltPlace {
  /** Its folder for temporary files. */
  readonly temp: string
  /** What its programs read to trust their way out. */
  readonly trust: readonly string[]
  /** Of the one service that it reaches, on this machine; undefined for none. */
  readonly proxyPort: number | undefined
}

/** A command line may hold a megabyte, with the environment. */
const maxBytes = 512 * 1_024

/**
 * The profile under which `sandbox-exec` runs the programs of a box. The last rule that matches decides, so what is taken away stands after what is
 * given, and what lies in that and is given after all comes last.
 * @throws {AppError} 'unavailable' for a path that can not be named, and for more paths than a command line holds
 */
export function seatbeltProfile(plan: BoxPlan, place: SeatbeltPlace): string {
  const text = `${baseRules}${fileRules(plan, place)}${networkRules(plan, place)}`
  if (Buffer.byteLength(text) > maxBytes) throw new AppError('unavailable', `The sandbox would have to name more paths than macOS lets it: ${plan.hidden.length} are hidden. Hide folders in place of files.`)
  return text
}

const reading = ['file-read*', 'file-map-executable', 'process-exec*']
const all = [...reading, 'file-write*']

function fileRules(plan: BoxPlan, { temp, trust }: SeatbeltPlace): string {
  const isReadOnly = plan.profile === 'read-only'
  const work = [...plan.writes, ...(isReadOnly ? [] : [plan.workspace]), ...plan.pinned]
  const own = [...plan.state, plan.home, temp]
  const shown = [...plan.reads, plan.workspace, ...work, ...plan.programs, ...trust, ...own]
  const hidden = [...plan.hidden.map(({ path }) => path), ...plan.absent.hidden]
  const frozen = [...plan.frozen, ...plan.absent.frozen]
  return [
    plan.profile === 'open' ? `(allow ${reading.join(' ')})\n` : rule('allow', reading, systemFolders.map(subpath)),
    rule('deny', reading, [subpath(otherName)]),
    deviceRules,
    rule('allow', reading, [...plan.reads, plan.workspace].map(subpath)),
    rule('allow', all, work.map(subpath)),
    rule('deny', ['file-write*'], [...frozen.map(subpath), ...plan.absent.frozen.map(anyCase)]),
    rule('deny', all, hidden.map(subpath)),
    // What is hidden may hold them.
    rule('allow', reading, [...plan.programs, ...trust].map(subpath)),
    rule('allow', all, own.map(subpath)),
    rule('allow', ['file-read-metadata'], unique([...systemWays, ...shown.flatMap(foldersAbove)]).map(literal)),
    rule('allow', ['file-read-data'], [literal('/')]),
    // Walls stand on names: with a folder that leads to one moved away, what is behind it would have another.
    rule('deny', ['file-write-unlink'], unique([...work, ...own, ...waysIn([...frozen, ...hidden, ...work, ...own], [...work, ...own])]).map(literal)),
  ].join('')
}

function networkRules({ home }: BoxPlan, { temp, proxyPort }: SeatbeltPlace): string {
  return [
    // Sockets with a name, among the box's own programs.
    rule('allow', ['network-bind', 'network-inbound'], [home, temp].map((path) => `(local unix-socket ${subpath(path)})`)),
    rule('allow', ['network-outbound'], [home, temp].map((path) => `(remote unix-socket ${subpath(path)})`)),
    // Nothing else of this machine, its own programs' servers among it: they can not be told from others.
    rule('allow', ['network-outbound'], proxyPort === undefined ? [] : [`(remote ip "localhost:${proxyPort}")`]),
  ].join('')
}

const rule = (effect: SeatbeltRule['effect'], operations: readonly string[], filters: readonly string[]): string => ruleText({ effect, operations, filters })
const unique = (paths: readonly string[]): string[] => [...new Set(paths)]

/** All folders in these ones that lead to one of the paths, the outermost among them. */
const waysIn = (paths: readonly string[], roots: readonly string[]): string[] => unique(paths.flatMap(foldersAbove)).filter((folder) => roots.some((root) => isInside(root, folder)))

function foldersAbove(path: string): string[] {
  const above = dirname(path)
  return above === path ? [] : [...foldersAbove(above), above]
}
