import { type Plants, secretWord } from './escape-world.ts'
import { allWalls, type Walls } from '../../../src/omnibox/linux/linux-omnibox.ts'

/** One way out. `script` says ESCAPED (or the planted word) when it worked. */
export interface Escape {
  readonly name: string
  readonly profile?: 'read-only' | 'workspace' | 'open'
  script(plants: Plants): string
  /** The wall that holds it, taken away: then it has to work, or the case shows nothing. */
  without(plants: Plants): Walls
  /** Only root's own danger: for others the machine's permissions stand in the way too. */
  readonly needsRoot?: true
}

export const worked = (said: string): boolean => said.includes('ESCAPED') || said.includes(secretWord)

const unfiltered: Walls = { ...allWalls, filter: false }
/** Without these words, wherever they stand together. */
const lacking = (...gone: readonly (readonly string[])[]): Walls => ({ ...allWalls, change: (words) => gone.reduce((left, each) => withoutRun(left, each), words) })
const having = (...more: readonly string[]): Walls => ({ ...allWalls, change: (words) => beforeItIsClosed(words, more) })
const both = (left: Walls, right: Walls): Walls => ({ filter: left.filter && right.filter, network: left.network && right.network, change: (words) => right.change(left.change(words)) })

function withoutRun(words: readonly string[], gone: readonly string[]): readonly string[] {
  const at = words.findIndex((_, index) => gone.every((word, offset) => words[index + offset] === word))
  if (at < 0) throw new Error(`there is no ${gone.join(' ')} to take away`)
  return words.toSpliced(at, gone.length)
}
/** Before the root of the box becomes read-only, where it does. */
function beforeItIsClosed(words: readonly string[], more: readonly string[]): readonly string[] {
  const closed = words.findLastIndex((word, index) => word === '--remount-ro' && words[index + 1] === '/')
  return words.toSpliced(closed < 0 ? words.indexOf('--clearenv') : closed, 0, ...more)
}

/** This file of the system's can be written. */
const writable = (path: string): Walls => ({ ...allWalls, change: (words) => words.map((word, index) => (word === '--ro-bind' && words[index + 2] === path ? '--bind' : word)) })
const inGit = (name: string) => ({ workspace }: Plants): Walls => lacking(['--ro-bind', `${workspace}/.git/${name}`, `${workspace}/.git/${name}`])

const seen = (path: (plants: Plants) => string) => (plants: Plants): Walls => having('--ro-bind', path(plants), path(plants))
const elsewhere = seen((plants) => plants.elsewhere)
const noNetwork = (): Walls => ({ ...allWalls, network: false })
const noPids = (): Walls => lacking(['--unshare-pid'])
const python = (code: string): string => `python3 - <<'END'\n${code}\nEND`

/** A system call by number on both architectures; worked when it fails with anything but a refusal of the filter's, or not at all. */
const call = (name: string, x64: number, arm64: number, args: string, refusal: 1 | 38 | 97 = 1): Escape => ({
  name,
  script: () => python(`
import ctypes, platform
libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(4096)
number = ${arm64} if platform.machine() == 'aarch64' else ${x64}
answer = libc.syscall(number, ${args})
print('blocked' if answer == -1 and ctypes.get_errno() == ${refusal} else 'ESCAPED %d %d' % (answer, ctypes.get_errno()))`),
  without: () => unfiltered,
})
const withoutUsers = (): Walls => both(unfiltered, lacking(['--disable-userns']))

export const escapes: readonly Escape[] = [
  // Files.
  { name: 'reads a file of the user’s', script: ({ elsewhere: folder }) => `cat ${folder}/secret`, without: elsewhere },
  { name: 'reads it through a link in the work folder', script: ({ elsewhere: folder }) => `ln -s ${folder}/secret link; cat link; rm link`, without: elsewhere },
  { name: 'reads it through a link to a folder above', script: ({ elsewhere: folder }) => `ln -s ${folder} up; cat up/secret; rm up`, without: elsewhere },
  { name: 'reads it through the root of another process', script: ({ elsewhere: folder }) => `cat /proc/1/root${folder}/secret /proc/self/root${folder}/secret`, without: elsewhere },
  { name: 'reads it through the work folder’s parent', script: () => 'cat ../elsewhere/secret', without: elsewhere },
  { name: 'finds it by listing', script: ({ elsewhere: folder }) => `ls ${folder} | grep -q secret && echo ESCAPED`, without: elsewhere },
  { name: 'changes a file of the user’s', script: ({ elsewhere: folder }) => `echo ${secretWord} >> ${folder}/secret && echo ESCAPED`, without: ({ elsewhere: folder }) => having('--bind', folder, folder) },
  { name: 'makes a file beside the work folder', script: () => 'touch ../made && echo ESCAPED; rm -f ../made', without: () => lacking(['--remount-ro', '/']) },
  { name: 'reads what is hidden in the work folder', script: () => 'cat keys/secret', without: ({ hidden }) => lacking(['--perms', '555', '--tmpfs', hidden], ['--remount-ro', hidden]) },
  { name: 'writes over what is hidden', script: () => 'touch keys/new && echo ESCAPED; rm -f keys/new', without: ({ hidden }) => lacking(['--perms', '555', '--tmpfs', hidden], ['--remount-ro', hidden]) },
  { name: 'moves what is hidden out of its cover', script: () => 'mv keys moved && cat moved/secret; mv moved keys', without: ({ hidden }) => lacking(['--perms', '555', '--tmpfs', hidden], ['--remount-ro', hidden]) },
  { name: 'reads a secret of the disk in profile open', profile: 'open', script: ({ elsewhere: folder }) => `cat ${folder}/secret`, without: ({ elsewhere: folder }) => lacking(['--perms', '555', '--tmpfs', folder], ['--remount-ro', folder]) },
  { name: 'writes to the disk in profile open', profile: 'open', script: ({ elsewhere: folder }) => `touch ${folder}/../made && echo ESCAPED; rm -f ${folder}/../made`, without: () => ({ ...allWalls, change: (words) => words.map((word, index) => (word === '--ro-bind' && words[index + 1] === '/' ? '--bind' : word)) }) },
  { name: 'writes in the work folder in profile read-only', profile: 'read-only', script: () => 'touch made && echo ESCAPED; rm -f made', without: ({ workspace }) => ({ ...allWalls, change: (words) => words.map((word, index) => (word === '--ro-bind' && words[index + 1] === workspace ? '--bind' : word)) }) },
  { name: 'changes who the user is', script: () => 'chmod u+w /etc/passwd; echo x >> /etc/passwd && echo ESCAPED', without: () => writable('/etc/passwd') },
  { name: 'changes which groups there are', script: () => 'chmod u+w /etc/group; echo x >> /etc/group && echo ESCAPED', without: () => writable('/etc/group') },
  { name: 'changes where names lead', script: () => 'chmod u+w /etc/hosts; echo "93.184.216.34 example.org" >> /etc/hosts && echo ESCAPED', without: () => writable('/etc/hosts') },
  { name: 'changes whom it asks for names', script: () => 'chmod u+w /etc/resolv.conf; echo "nameserver 9.9.9.9" >> /etc/resolv.conf && echo ESCAPED', without: () => writable('/etc/resolv.conf') },
  { name: 'reads a temporary file of another program', script: ({ temporary }) => `cat ${temporary}`, without: ({ temporary }) => having('--ro-bind', temporary, temporary) },
  { name: 'finds one by listing', script: () => 'ls /tmp | grep -q omni-planted && echo ESCAPED', without: ({ temporary }) => having('--ro-bind', temporary, temporary) },
  { name: 'reads the machine’s password hashes', needsRoot: true, script: () => 'test -r /etc/shadow && echo ESCAPED', without: () => having('--ro-bind', '/etc/shadow', '/etc/shadow') },
  // git.
  { name: 'writes a hook', script: () => 'echo evil > .git/hooks/pre-commit && echo ESCAPED; rm -f .git/hooks/pre-commit', without: ({ workspace }) => lacking(['--ro-bind', `${workspace}/.git/hooks`, `${workspace}/.git/hooks`]) },
  { name: 'writes the repository’s configuration', script: () => 'cp .git/config /tmp/c; echo "[alias] x = y" >> .git/config && echo ESCAPED; cat /tmp/c > .git/config', without: ({ workspace }) => lacking(['--ro-bind', `${workspace}/.git/config`, `${workspace}/.git/config`]) },
  { name: 'writes the settings of a worktree', script: () => 'echo "[alias] x = y" >> .git/config.worktree && echo ESCAPED; : > .git/config.worktree', without: inGit('config.worktree') },
  { name: 'writes attributes that name programs', script: () => 'echo "* filter=evil" >> .git/info/attributes && echo ESCAPED; : > .git/info/attributes', without: inGit('info/attributes') },
  { name: 'removes the repository’s configuration', script: () => 'cp .git/config /tmp/c; rm -f .git/config && echo ESCAPED && cp /tmp/c .git/config', without: inGit('config') },
  { name: 'has git write it', script: () => 'git config alias.x y && echo ESCAPED; git config --unset alias.x', without: ({ workspace }) => lacking(['--ro-bind', `${workspace}/.git/config`, `${workspace}/.git/config`]) },
  { name: 'replaces the folder of hooks', script: () => 'mv .git/hooks /tmp/h && mkdir .git/hooks && echo ESCAPED; rmdir .git/hooks; cp -r /tmp/h .git/hooks', without: ({ workspace }) => lacking(['--ro-bind', `${workspace}/.git/hooks`, `${workspace}/.git/hooks`]) },
  { name: 'moves the repository away', script: () => 'mv .git moved && echo ESCAPED; mv moved .git', without: ({ workspace }) => lacking(['--bind', `${workspace}/.git`, `${workspace}/.git`], ['--ro-bind', `${workspace}/.git/hooks`, `${workspace}/.git/hooks`], ['--ro-bind', `${workspace}/.git/config`, `${workspace}/.git/config`]) },
  // Kernel settings and devices.
  { name: 'opens the core pattern for writing', needsRoot: true, script: () => 'sh -c ": >> /proc/sys/kernel/core_pattern" && echo ESCAPED', without: () => lacking(['--remount-ro', '/proc']) },
  { name: 'opens another kernel setting for writing', needsRoot: true, script: () => 'sh -c ": >> /proc/sys/vm/drop_caches" && echo ESCAPED', without: () => lacking(['--remount-ro', '/proc']) },
  { name: 'sees the machine’s devices', script: () => 'ls /dev | grep -qE "^(vd|sd|nvme|mem|kmsg|loop)" && echo ESCAPED', without: () => ({ ...allWalls, change: (words) => withoutRun(beforeItIsClosed(words, ['--dev-bind', '/dev', '/dev']), ['--dev', '/dev']) }) },
  { name: 'makes a user namespace', script: () => 'unshare -U true && echo ESCAPED', without: () => both(unfiltered, lacking(['--disable-userns'])) },
  // Processes.
  { name: 'sees the user’s processes', script: ({ pid }) => `test -d /proc/${pid} && grep -q sleep /proc/${pid}/cmdline && echo ESCAPED`, without: noPids },
  { name: 'signals one', script: ({ pid }) => `kill -0 ${pid} && echo ESCAPED`, without: noPids },
  { name: 'counts what runs', script: () => 'test $(ls -d /proc/[0-9]* | wc -l) -gt 12 && echo ESCAPED', without: noPids },
  { name: 'finds shared memory of the user’s', script: ({ shmKey }) => python(`import ctypes; print('ESCAPED' if ctypes.CDLL(None).shmget(${shmKey}, 0, 0) >= 0 else 'blocked')`), without: () => lacking(['--unshare-ipc']) },
  { name: 'reads the machine’s name', script: () => 'test "$(hostname)" != omnibox && echo ESCAPED', without: () => lacking(['--hostname', 'omnibox'], ['--unshare-uts']) },
  // Network.
  { name: 'reaches a service of the machine over TCP', script: ({ tcpPort }) => python(`import socket; print(socket.create_connection(('127.0.0.1', ${tcpPort}), 2).recv(99).decode())`), without: noNetwork },
  { name: 'reaches it over IPv6', script: ({ tcp6Port }) => python(`import socket; print(socket.create_connection(('::1', ${tcp6Port}), 2).recv(99).decode())`), without: noNetwork },
  { name: 'reaches it over UDP', script: ({ udpPort }) => python(`import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(2); s.sendto(b'x', ('127.0.0.1', ${udpPort})); print(s.recv(99).decode())`), without: noNetwork },
  { name: 'reaches a socket without a file', script: ({ abstractName }) => python(`import socket\ns = socket.socket(socket.AF_UNIX); s.connect('\\0${abstractName}'); print(s.recv(99).decode())`), without: noNetwork },
  { name: 'reaches a socket of the disk', script: ({ socketPath }) => python(`import socket\ns = socket.socket(socket.AF_UNIX); s.connect('${socketPath}'); print(s.recv(99).decode())`), without: elsewhere },
  { name: 'sees the machine’s interfaces', script: () => 'test $(ls /sys/class/net 2>/dev/null | wc -l) -gt 1 && echo ESCAPED; test $(tail -n +3 /proc/net/dev | wc -l) -gt 1 && echo ESCAPED', without: noNetwork },
  // System calls.
  call('traces a process', 101, 117, '0, 0, 0, 0'),
  call('reads the memory of a process', 310, 270, '0, None, 0, None, 0, 0'),
  call('writes the memory of a process', 311, 271, '0, None, 0, None, 0, 0'),
  call('compares processes', 312, 272, '1, 1, 0, 0, 0'),
  call('opens a mount of the new kind', 428, 428, `-100, b'/tmp', 0`),
  call('joins a namespace', 308, 268, '-1, 0'),
  call('adds a key', 248, 217, `b'user', b'a', b'b', 1, -3`),
  call('asks for a key', 249, 218, `b'user', b'none', None, 0`),
  call('uses the key rings', 250, 219, '0, -3, 0'),
  call('makes a ring for input and output', 425, 425, '1, buffer'),
  call('enters such a ring', 426, 426, '-1, 0, 0, 0, None, 0'),
  call('watches page faults', 323, 282, '0xffff'),
  call('takes a descriptor from a process', 438, 438, '-1, 0, 0'),
  call('starts a process in the new way', 435, 435, 'buffer, 88', 38),
  { ...call('leaves its mount namespace', 272, 97, '0x10020000'), without: withoutUsers },
  { ...call('leaves its network namespace', 272, 97, '0x50000000'), without: withoutUsers },
  { ...call('leaves its process namespace', 272, 97, '0x30000000'), without: withoutUsers },
  { ...call('starts a process in a namespace of its own', 56, 220, '0x10000011, 0, 0, 0, 0'), without: withoutUsers },
  call('types into its terminal', 16, 29, '0, 0x5412, buffer'),
  call('pastes into its terminal', 16, 29, '0, 0x541c, buffer'),
  call('sets a line discipline', 16, 29, '0, 0x5423, buffer'),
  call('talks to the machine below', 41, 198, '40, 1, 0', 97),
]
