import { type Arg, dynamicArg, textsOf } from '../arg.ts'
import { type Effect, opaque, type ProgramReader, type Where } from '../call.ts'
import { absolute } from '../paths.ts'
import { has, type Options, type OptionShape, readOptions, valueOf } from './options.ts'

/** A program that starts another one, named by the words after its own options. */
interface Wrapper extends OptionShape {
  /** Operands of its own before the command. */
  readonly skips?: number
  /** `NAME=value` words before the command. */
  readonly assigns?: true
  /** Options that name the folder of the command. */
  readonly folder?: readonly string[]
  /** Refused with these options. */
  readonly refuses?: readonly string[]
  /** Without a command it starts a shell. */
  readonly shell?: true
  readonly elsewhere?: true
}

const table: Readonly<Record<string, Wrapper>> = {
  sudo: { values: 'aCcDghpRrTtUu', longValues: ['user', 'group', 'prompt', 'close-from', 'login-class', 'chdir', 'host', 'chroot', 'role', 'type', 'command-timeout', 'other-user', 'auth-type'], longFlags: ['login'], assigns: true, folder: ['D', 'chdir'], refuses: ['e', 'edit'] },
  doas: { values: 'auC', assigns: true },
  nohup: {}, setsid: {}, fakeroot: { values: 'lsib', longValues: ['lib', 'faked'] }, unbuffer: {}, noglob: {}, nocorrect: {}, catchsegv: {}, 'dbus-run-session': { longValues: ['config-file', 'dbus-daemon'] }, pkexec: { longValues: ['user'] },
  nice: { values: 'n', longValues: ['adjustment'] },
  ionice: { values: 'cnpPu', longValues: ['class', 'classdata', 'pid', 'pgid', 'uid'] },
  timeout: { values: 'ks', longValues: ['kill-after', 'signal'], longFlags: ['foreground', 'preserve-status', 'verbose'], skips: 1 },
  gtimeout: { values: 'ks', longValues: ['kill-after', 'signal'], skips: 1 },
  time: { values: 'fo', longValues: ['format', 'output'] },
  stdbuf: { values: 'ioe', longValues: ['input', 'output', 'error'] },
  chrt: { values: 'TPDp', longValues: ['sched-runtime', 'sched-period', 'sched-deadline', 'pid'], skips: 1 },
  taskset: { skips: 1 },
  numactl: { values: 'NmCpi', longValues: ['interleave', 'cpunodebind', 'membind', 'physcpubind', 'preferred'] },
  setarch: { skips: 1 }, linux32: {}, linux64: {},
  prlimit: { values: 'p', longValues: ['pid'] },
  setpriv: { longValues: ['reuid', 'regid', 'groups', 'inh-caps', 'ambient-caps', 'bounding-set', 'securebits', 'pdeathsig', 'ptracer', 'selinux-label', 'apparmor-profile'] },
  unshare: { values: 'SGRw', longValues: ['setuid', 'setgid', 'root', 'wd', 'propagation', 'setgroups', 'map-user', 'map-group', 'map-users', 'map-groups', 'boottime', 'monotonic', 'load-interp'], folder: ['w', 'wd'], shell: true },
  nsenter: { values: 'tSGN', attached: 'muinpUCTrw', longValues: ['target', 'setuid', 'setgid'], shell: true, elsewhere: true },
  chroot: { longValues: ['userspec', 'groups'], skips: 1, shell: true, elsewhere: true },
  strace: { values: 'abeEIoOpPsSuUX', longValues: ['output', 'attach', 'trace', 'user', 'env', 'trace-path', 'string-limit', 'columns', 'summary-sort-by', 'signal', 'fault', 'inject', 'status'], longFlags: ['summary'] },
  ltrace: { values: 'aADeFlnopsuwx' },
  valgrind: {}, rlwrap: { values: 'abCDfgHlmMOpPqsSwz' }, gosu: { skips: 1 }, tini: { values: 'pe' }, 'dumb-init': { values: 'r', longValues: ['rewrite'] },
  'xvfb-run': { values: 'efnpsw', longValues: ['error-file', 'auth-file', 'server-num', 'xauth-protocol', 'server-args', 'wait'] },
  busybox: {}, toybox: {}, repeat: { skips: 1 }, 'cross-env': { assigns: true }, dotenv: { values: 'ecv' }, 'systemd-run': { values: 'pEtuMH', longValues: ['unit', 'property', 'slice', 'description', 'uid', 'gid', 'working-directory', 'setenv', 'nice', 'machine', 'host', 'service-type', 'on-active', 'on-boot', 'on-startup', 'on-unit-active', 'on-unit-inactive', 'on-calendar', 'timer-property', 'path-property', 'socket-property', 'background'], folder: ['working-directory'] },
  direnv: { skips: 2 },
}

/** Readers of programs that run the command after their options as it stands. */
export const wrappers: readonly (readonly [string, ProgramReader])[] = Object.entries(table).map(([name, wrapper]) => [name, (call) => {
  const options = readOptions(call.args, { ...wrapper, stops: true })
  if (wrapper.refuses !== undefined && has(options, ...wrapper.refuses)) return [opaque('it opens an editor')]
  if (name === 'direnv' && options.operands[0]?.text !== 'exec') return []
  return runRest(call.cwd, wrapper, options)
}])

function runRest(cwd: string | undefined, wrapper: Wrapper, options: Options): readonly Effect[] {
  const { operands } = options
  const own = operands.slice(0, wrapper.skips ?? 0)
  // What splits may hold the command: `sudo -u $who tool`.
  if ([...own, ...[...options.given.values()].flat()].some((word) => word?.many)) return [opaque('which words are the command is only known at run time')]
  const { assigned, rest } = splitAssignments(operands.slice(own.length), wrapper.assigns === true)
  if (rest.length === 0) return wrapper.shell === true || has(options, 's', 'i', 'shell', 'login') ? [opaque('it starts a shell')] : [{ type: 'local' }]
  const folder = wrapper.folder && valueOf(options, ...wrapper.folder)
  const where: Where = { assigned, input: true, ...(folder === undefined ? {} : { cwd: { path: folder.text === undefined ? undefined : absolute(folder.text, cwd) } }), ...(wrapper.elsewhere ? { elsewhere: true } : {}) }
  return [{ type: 'local' }, { type: 'run', words: rest, where }]
}

/** `NAME=value` words that stand before a command. */
export function splitAssignments(args: readonly Arg[], allowed: boolean): { readonly assigned: ReadonlyMap<string, string | undefined>; readonly rest: readonly Arg[] } {
  const assigned = new Map<string, string | undefined>()
  let index = 0
  for (; allowed && index < args.length; index += 1) {
    const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(args[index]?.prefix ?? '') ?? []
    if (name === undefined || value === undefined) break
    assigned.set(name, args[index]?.text === undefined ? undefined : value)
  }
  return { assigned, rest: args.slice(index) }
}

/** The words as one text for a shell, or why not. */
export function joinedScript(args: readonly Arg[]): readonly Effect[] {
  const texts = textsOf(args)
  if (texts === undefined) return [opaque('it gives a shell text that is only known at run time')]
  return [{ type: 'script', text: texts.join(' ') }]
}

/** Words appended that only the running program knows. */
export const unknownRest = (source: string): Arg => dynamicArg(source, { many: true })
