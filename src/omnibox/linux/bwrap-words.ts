import type { SpawnCommand } from '../../spec/ports/box.ts'
import type { BoxPlan } from '../plan/box-plan.ts'

/** Who the box's user is, inside and outside. */
export const boxUser = 1000
const tmpBytes = 1024 ** 3

/** What of the system a program needs, where it is there; names only: no accounts' secrets, no keys, no settings of programs. */
const systemPaths = ['/usr', '/lib', '/lib64', '/lib32', '/libx32', '/bin', '/sbin', '/opt', '/nix/store', '/gnu/store']
const systemSettings = [
  'alternatives', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'localtime', 'timezone', 'protocols', 'services', 'mime.types', 'magic', 'os-release', 'debian_version', 'fonts',
  'inputrc', 'terminfo', 'java-11-openjdk', 'java-17-openjdk', 'java-21-openjdk', 'python3', 'perl', 'ssl/openssl.cnf', 'bash_completion', 'gai.conf', 'locale.alias', 'login.defs', 'shells', 'nsswitch.conf',
].map((name) => `/etc/${name}`)

/**
 * The words of bubblewrap for one program in a box, in the order in which it does them: later ones cover earlier ones.
 * @param own what stands on the system's own paths here (`/bin` may be a link), by path
 * @see bwrap(1)
 */
export function bwrapWords(plan: BoxPlan, command: Pick<SpawnCommand, 'cwd' | 'env'>, own: readonly SystemPath[]): string[] {
  return [
    '--unshare-user', '--uid', String(boxUser), '--gid', String(boxUser), '--disable-userns', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', ...(plan.network === 'none' ? ['--unshare-net'] : []),
    '--hostname', 'omnibox', '--cap-drop', 'ALL', '--die-with-parent', '--new-session',
    ...(plan.profile === 'open' ? ['--ro-bind', '/', '/'] : own.flatMap(systemWords)),
    // Read-only, because root's own numbers of a machine can be written there.
    '--proc', '/proc', '--remount-ro', '/proc', '--dev', '/dev',
    '--perms', '1777', '--size', String(tmpBytes), '--tmpfs', '/tmp', '--perms', '1777', '--size', String(tmpBytes), '--tmpfs', '/var/tmp', '--perms', '755', '--tmpfs', '/run',
    ...plan.reads.flatMap((path) => ['--ro-bind', path, path]),
    ...plan.writes.flatMap((path) => ['--bind', path, path]),
    plan.profile === 'read-only' ? '--ro-bind' : '--bind', plan.workspace, plan.workspace,
    ...plan.pinned.flatMap((path) => ['--bind', path, path]),
    ...plan.frozen.flatMap((path) => ['--ro-bind', path, path]),
    ...plan.hidden.flatMap(({ path, kind }) => (kind === 'folder' ? ['--perms', '555', '--tmpfs', path] : ['--ro-bind', '/dev/null', path])),
    // What is hidden may hold them.
    ...plan.programs.flatMap((path) => ['--ro-bind', path, path]),
    ...plan.state.flatMap((path) => ['--bind', path, path]),
    '--bind', plan.home, plan.home,
    ...Object.entries(plan.files).flatMap(([path, file]) => ['--ro-bind', file, path]),
    // Once what is shown in it has its place.
    ...plan.hidden.flatMap(({ path, kind }) => (kind === 'folder' ? ['--remount-ro', path] : [])),
    ...(plan.profile === 'open' ? [] : ['--remount-ro', '/']),
    '--clearenv', ...Object.entries(command.env).flatMap(([name, value]) => ['--setenv', name, value]), '--chdir', command.cwd,
  ]
}

/** A path of the system: a folder or file, or a link into another one. */
export interface SystemPath {
  readonly path: string
  readonly link?: string
}

export const systemCandidates: readonly string[] = [...systemPaths, ...systemSettings]

const systemWords = ({ path, link }: SystemPath): string[] => (link === undefined ? ['--ro-bind', path, path] : ['--symlink', link, path])
