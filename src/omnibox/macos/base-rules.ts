/** What every program needs of the system beside files. Whatever is not named is refused: the keychain, other apps, preferences, and all that opens or asks them. */
export const baseRules = `(version 1)
(deny default)
(allow process-fork)
(allow signal (target same-sandbox))
(allow process-info* (target self))
(allow sysctl-read ${[
  ...['hw.', 'machdep.cpu.', 'kern.os', 'net.routetable.'].map((name) => `(sysctl-name-prefix "${name}")`),
  // Not all of kern: it tells the words and the environment of every process of the user's (kern.procargs2).
  ...['kern.argmax', 'kern.boottime', 'kern.hostname', 'kern.maxfilesperproc', 'kern.maxproc', 'kern.ngroups', 'kern.secure_kernel', 'kern.usrstack64', 'kern.version', 'sysctl.proc_cputype', 'vm.loadavg', 'vm.pagesize'].map((name) => `(sysctl-name "${name}")`),
].join(' ')})
(allow mach-host*)
(allow mach-lookup ${[
  'com.apple.bsd.dirhelper', 'com.apple.logd', 'com.apple.system.logger', 'com.apple.system.notification_center', 'com.apple.system.opendirectoryd.libinfo', 'com.apple.system.opendirectoryd.membership',
  // com.apple.trustd is not among them: it asks servers of its own accord, past the gateway.
].map((name) => `(global-name "${name}")`).join(' ')})
(allow ipc-posix-shm-read* (ipc-posix-name "apple.shm.notification_center"))
(allow ipc-posix-sem)
(allow system-socket (socket-domain AF_UNIX))
(allow pseudo-tty)
`

/** Devices, once it is settled which files can be read: of terminals those alone that a program in the box has made. */
export const deviceRules = `(deny file-read* (subpath "/dev"))
(allow file-read* (literal "/dev") (literal "/dev/random") (literal "/dev/urandom") (literal "/dev/autofs_nowait"))
(allow file-read* file-write-data (literal "/dev/null") (literal "/dev/zero") (literal "/dev/stdin") (literal "/dev/stdout") (literal "/dev/stderr") (subpath "/dev/fd"))
(allow file-read* file-write-data file-ioctl (literal "/dev/dtracehelper"))
(allow file-read* file-write* file-ioctl (literal "/dev/ptmx"))
(allow file-read* file-write* file-ioctl (require-all (regex #"^/dev/ttys[0-9]+$") (extension "com.apple.sandbox.pty")))
`

/** The system and its programs, by the names that the kernel knows them by: /etc, /tmp and /var are links into /private. */
export const systemFolders: readonly string[] = [
  '/System', '/usr', '/bin', '/sbin', '/opt', '/nix/store', '/Library/Apple', '/Library/Developer', '/Library/Frameworks', '/Library/Java', '/Library/Fonts', '/Library/Perl', '/Library/Ruby', '/Library/Python',
  '/Applications/Xcode.app/Contents', '/private/etc/ssl', '/private/var/db/dyld', '/private/var/db/timezone', '/private/var/db/xcode_select_link', '/private/var/select',
  ...['bashrc', 'zshrc', 'zshenv', 'zprofile', 'profile', 'paths', 'paths.d', 'manpaths', 'manpaths.d', 'shells', 'services', 'protocols', 'hosts', 'localtime', 'locate.rc', 'bashrc_Apple_Terminal'].map((name) => `/private/etc/${name}`),
]

/** The whole disk by its other name, of which no rule knows anything. */
export const otherName = '/System/Volumes/Data'

/** Links and folders that lead to the others: that they are there. */
export const systemWays: readonly string[] = ['/', '/etc', '/tmp', '/var', '/home', '/private', '/private/etc', '/private/tmp', '/private/var', '/private/var/db', '/Library', '/Applications', '/Applications/Xcode.app', '/nix']
