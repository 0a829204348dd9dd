import { markerName } from '../process/members.ts'
import type { SpawnCommand } from '../../spec/ports/box.ts'
import { argsPlace, infoPlace, type Launched, sendWords, startLauncher } from '../process/start-launcher.ts'

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

/** Starts a program; `command.file` is absolute. The launcher sees nothing of our own environment and descriptors. */
export function launch(launcher: Launcher, command: SpawnCommand, boxId: string): Launched {
  switch (launcher.kind) {
    case 'bwrap': return launchBwrap(launcher, command)
    case 'unshare': return startLauncher(unshareArgv(launcher, command), command.cwd, command.env, [])
    case 'group': return startLauncher(groupArgv(launcher, command), command.cwd, { ...command.env, [markerName]: boxId }, [])
  }
}

function launchBwrap(launcher: Launcher, command: SpawnCommand): Launched {
  const options = ['--dev-bind', '/', '/', '--unshare-pid', '--proc', '/proc', '--die-with-parent', '--info-fd', String(infoPlace)]
  // Through a pipe and not as arguments or bwrap's own environment: other users can read the first, and the box can read
  // the second as /proc/1/environ.
  const secret = ['--clearenv', ...Object.entries(command.env).flatMap(([name, value]) => ['--setenv', name, value]), '--chdir', command.cwd]
  const argv = [launcher.file ?? 'bwrap', ...options, '--args', String(argsPlace), '--', command.file, ...command.args]
  const launched = startLauncher(argv, '/', {}, ['pipe', 'pipe'])
  sendWords(launched, argsPlace, secret)
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
