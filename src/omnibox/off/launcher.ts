import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import type { SpawnCommand } from '../../spec/ports/box.ts'
import { inheritedDescriptors } from './inherited-descriptors.ts'

/**
 * How processes of a box are kept together.
 * - `bwrap`, `unshare`: each program is the second process of its own pid namespace; it dies with its launcher, and the
 *   launcher with us.
 * - `group`: own process group, and a marker in the environment.
 */
export type LauncherKind = 'bwrap' | 'unshare' | 'group'

export interface Launcher {
  readonly kind: LauncherKind
  /** The launcher's own executable; of `group`, `setpriv` where it exists, else none. */
  readonly file: string | undefined
  /** `setpriv`, which ties a program's life to ours. */
  readonly setpriv: string | undefined
  readonly isRoot: boolean
}

export interface Launched {
  readonly child: ChildProcess
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Where bwrap writes `{"child-pid", "pid-namespace"}`. */
  readonly info: Readable | undefined
}

export const markerName = 'OMNI_BOX'

/** Starts a program; `command.file` is absolute. The launcher sees nothing of our own environment and descriptors. */
export function launch(launcher: Launcher, command: SpawnCommand, boxId: string): Launched {
  switch (launcher.kind) {
    case 'bwrap': return launchBwrap(launcher, command)
    case 'unshare': return start(unshareArgv(launcher, command), command, command.env, [])
    case 'group': return start(groupArgv(launcher, command), command, { ...command.env, [markerName]: boxId }, [])
  }
}

const argsPlace = 3
const infoPlace = 4

function launchBwrap(launcher: Launcher, command: SpawnCommand): Launched {
  const options = ['--dev-bind', '/', '/', '--unshare-pid', '--proc', '/proc', '--die-with-parent', '--info-fd', String(infoPlace)]
  // Through a pipe and not as arguments or bwrap's own environment: other users can read the first, and the box can read
  // the second as /proc/1/environ.
  const secret = ['--clearenv', ...Object.entries(command.env).flatMap(([name, value]) => ['--setenv', name, value]), '--chdir', command.cwd]
  const argv = [launcher.file ?? 'bwrap', ...options, '--args', String(argsPlace), '--', command.file, ...command.args]
  const launched = start(argv, { ...command, cwd: '/' }, {}, ['pipe', 'pipe'])
  const args = launched.child.stdio[argsPlace]
  if (args !== null && args !== undefined && 'end' in args) {
    args.on('error', () => undefined) // bwrap died before it read them: its exit says so.
    args.end(secret.map((part) => `${part}\0`).join(''))
  }
  return launched
}

/** The shell stays as pid 1: it reaps orphans, and its end ends the namespace. */
const init = ['/bin/sh', '-c', '"$@"; exit $?', 'sh']

function unshareArgv(launcher: Launcher, command: SpawnCommand): string[] {
  const unshare = launcher.file ?? 'unshare'
  const setpriv = launcher.setpriv ?? 'setpriv'
  const inner = [setpriv, '--pdeathsig', 'KILL', unshare, '--pid', '--fork', '--mount-proc', '--kill-child', '--']
  if (launcher.isRoot) return [...inner, ...init, command.file, ...command.args]
  // Capabilities of the new user namespace are needed to make the other two, and dropped before the program starts.
  const outer = [unshare, '--user', '--map-current-user', '--keep-caps', '--']
  return [...outer, ...inner, setpriv, '--inh-caps=-all', '--ambient-caps=-all', ...init, command.file, ...command.args]
}

function groupArgv(launcher: Launcher, command: SpawnCommand): string[] {
  const dies = launcher.setpriv === undefined ? [] : [launcher.setpriv, '--pdeathsig', 'KILL', '--']
  return [...dies, command.file, ...command.args]
}

function start(argv: readonly string[], place: { readonly cwd: string }, env: Readonly<Record<string, string>>, extra: readonly 'pipe'[]): Launched {
  const [file = '', ...args] = argv
  const nothing = openSync('/dev/null', 'r+')
  try {
    const child = spawn(file, args, { cwd: place.cwd, env: { ...env }, detached: true, stdio: stdioPlaces(extra, nothing) })
    const { stdin, stdout, stderr } = child
    // Proof: places 0 to 2 are pipes, so Node made these streams, also when the start failed.
    if (stdin === null || stdout === null || stderr === null) throw new TypeError('a process was started without pipes')
    const info = child.stdio[infoPlace]
    return { child, stdin, stdout, stderr, info: info !== null && info !== undefined && 'read' in info ? info : undefined }
  } finally {
    closeSync(nothing)
  }
}

/** Every inherited descriptor is covered by /dev/null: `ignore` would leave it open in the child. */
function stdioPlaces(extra: readonly 'pipe'[], nothing: number): ('pipe' | 'ignore' | number)[] {
  const places: ('pipe' | 'ignore' | number)[] = ['pipe', 'pipe', 'pipe', ...extra]
  for (const fd of inheritedDescriptors()) {
    while (places.length <= fd) places.push('ignore')
    if (fd >= 3 + extra.length) places[fd] = nothing
  }
  return places
}
