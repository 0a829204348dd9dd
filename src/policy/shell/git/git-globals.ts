import type { Arg } from '../arg.ts'
import type { Call } from '../call.ts'
import { absolute } from '../paths.ts'

export interface GitGlobals {
  readonly cwd: string | undefined
  readonly gitDir: string | undefined
  readonly workTree: string | undefined
  /** `-c name=value`: the value is undefined when only known at run time. */
  readonly configured: readonly (readonly [string, string | undefined])[]
  readonly doubts: readonly string[]
  /** The options as they stand, for a command that git starts again. */
  readonly options: readonly Arg[]
  /** The sub-command and its arguments. */
  readonly rest: readonly Arg[]
}

/** Long options whose value is the next word unless joined by `=`. Git accepts no abbreviations here. */
const valued = new Set(['--git-dir', '--work-tree', '--namespace', '--super-prefix', '--config-env', '--attr-source'])

/** @see git(1), "OPTIONS": they stand before the sub-command and are never bundled. */
export function readGlobals(call: Call): GitGlobals {
  const { args, environment } = call
  let cwd = call.cwd
  let [gitDir, workTree] = [environment.get('GIT_DIR'), environment.get('GIT_WORK_TREE')]
  let unknownPlace = ['GIT_DIR', 'GIT_WORK_TREE'].some((name) => environment.has(name) && environment.get(name) === undefined)
  const configured: (readonly [string, string | undefined])[] = []
  const doubts: string[] = []
  let index = 0
  for (; index < args.length; index += 1) {
    const arg = args[index]
    if (arg === undefined || !arg.prefix.startsWith('-')) break
    const equals = arg.prefix.indexOf('=')
    const joined = arg.prefix.startsWith('--') && equals !== -1
    const name = joined ? arg.prefix.slice(0, equals) : arg.text
    const takesNext = !joined && (name === '-C' || name === '-c' || (name !== undefined && valued.has(name)))
    const value = joined ? (arg.text === undefined ? undefined : arg.prefix.slice(equals + 1)) : takesNext ? args[index + 1]?.text : undefined
    if (name === '-C') cwd = value === undefined ? undefined : value === '' ? cwd : absolute(value, cwd)
    if (name === '-c') configured.push(settingOf(args[index + 1]))
    if (name === '--config-env') configured.push([value?.split('=')[0] ?? 'unknown', undefined])
    if (name === '--git-dir') [gitDir, unknownPlace] = [value, unknownPlace || value === undefined]
    if (name === '--work-tree') [workTree, unknownPlace] = [value, unknownPlace || value === undefined]
    if (name === '--exec-path' && joined) doubts.push('git takes its commands from another folder')
    if (name === undefined) doubts.push("git's options are only known at run time")
    if (takesNext) index += 1
  }
  const place = (path: string | undefined) => (path === undefined ? undefined : absolute(path, cwd))
  return { cwd: unknownPlace ? undefined : cwd, gitDir: place(gitDir), workTree: place(workTree), configured, doubts, options: args.slice(0, index), rest: args.slice(index) }
}

/** `name=value`, or `name` alone, which means true. */
function settingOf(arg: Arg | undefined): readonly [string, string | undefined] {
  const equals = arg?.prefix.indexOf('=') ?? -1
  if (arg === undefined || (equals === -1 && arg.text === undefined)) return ['unknown', undefined]
  return equals === -1 ? [arg.prefix, 'true'] : [arg.prefix.slice(0, equals), arg.text === undefined ? undefined : arg.prefix.slice(equals + 1)]
}
