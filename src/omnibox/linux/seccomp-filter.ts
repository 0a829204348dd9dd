import { AppError } from '../../spec/app-error.ts'

/**
 * A classic BPF program for `bwrap --seccomp`: instructions of 8 bytes, `{u16 code, u8 jt, u8 jf, u32 k}` in the machine's order.
 * It reads `struct seccomp_data {int nr; u32 arch; u64 ip; u64 args[6]}`. Everything is allowed but what is named here: what an
 * ordinary program never needs and what reaches past namespaces, in this machine's own system call table. Others are
 * refused: 32-bit and x32 calls would be a second table beside it.
 * @see seccomp(2), linux/audit.h, linux/bpf_common.h
 */
export function seccompFilter(arch: string): Uint8Array {
  const calls = Object.hasOwn(tables, arch) ? tables[arch as keyof typeof tables] : undefined
  if (calls === undefined) throw new AppError('unsupported', `There is no system call filter for ${arch} machines: use one with x64 or arm64, or "sandbox: off".`)
  const program: Instruction[] = [
    load(archAt), ...unless(calls.audit, [answer(killProcess)]),
    load(numberAt), ...(calls.x32 === undefined ? [] : [jump(atLeast, calls.x32, 0, 1), answer(errno(noSys))]),
    ...calls.refused.flatMap((number) => [jump(equals, number, 0, 1), answer(errno(perm))]),
    // libc falls back to `clone`, whose flags can be read here.
    jump(equals, calls.clone3, 0, 1), answer(errno(noSys)),
    ...onCall(calls.clone, [load(argumentAt(0)), jump(anyOf, cloneNamespaces, 0, 1), answer(errno(perm)), answer(allow)]),
    ...onCall(calls.unshare, [load(argumentAt(0)), jump(anyOf, allNamespaces, 0, 1), answer(errno(perm)), answer(allow)]),
    ...onCall(calls.ioctl, [load(argumentAt(1)), ...ttyTricks.flatMap((command) => [jump(equals, command, 0, 1), answer(errno(perm))]), answer(allow)]),
    ...onCall(calls.socket, socketRules),
    answer(allow),
  ]
  return assemble(program)
}

interface Instruction {
  readonly code: number
  readonly whenTrue: number
  readonly whenFalse: number
  readonly value: number
}

const numberAt = 0
const archAt = 4
/** The low half of an argument; both architectures are little-endian. */
const argumentAt = (index: number): number => 16 + 8 * index

const load = (offset: number): Instruction => ({ code: 0x20, whenTrue: 0, whenFalse: 0, value: offset })
const answer = (value: number): Instruction => ({ code: 0x06, whenTrue: 0, whenFalse: 0, value })
const mask = (value: number): Instruction => ({ code: 0x54, whenTrue: 0, whenFalse: 0, value })
const [equals, atLeast, anyOf] = [0x15, 0x35, 0x45]
const jump = (code: number, value: number, whenTrue: number, whenFalse: number): Instruction => ({ code, whenTrue, whenFalse, value })
/** The lines that follow run only for this call, and have to end with an answer. */
const onCall = (number: number, lines: readonly Instruction[]): Instruction[] => [jump(equals, number, 0, lines.length), ...lines]
const unless = (value: number, lines: readonly Instruction[]): Instruction[] => [jump(equals, value, lines.length, 0), ...lines]

const allow = 0x7fff0000
const killProcess = 0x80000000
const [perm, noSys, noFamily] = [1, 38, 97]
const errno = (number: number): number => 0x00050000 | number

const allNamespaces = 0x20000 | 0x4000000 | 0x8000000 | 0x10000000 | 0x20000000 | 0x40000000 | 0x2000000 | 0x80
/** Without CLONE_NEWTIME, whose bit `clone` reads as a part of the signal number. */
const cloneNamespaces = allNamespaces & ~0x80
/** TIOCSTI types into the terminal, TIOCLINUX pastes into it, TIOCSETD loads kernel modules. */
const ttyTricks = [0x5412, 0x541c, 0x5423]

/** Sockets of the own machine's namespaces only: no AF_VSOCK, which no network namespace holds, no packets, no kernel crypto; no raw ones of IP. */
const [unix, inet, inet6, netlink] = [1, 2, 10, 16]
/** SOCK_PACKET is an old way to AF_PACKET. */
const [raw, packet] = [3, 10]
const socketRules: readonly Instruction[] = [
  load(argumentAt(0)),
  jump(equals, unix, 8, 0), jump(equals, netlink, 7, 0), jump(equals, inet, 2, 0), jump(equals, inet6, 1, 0), answer(errno(noFamily)),
  load(argumentAt(1)), mask(0xf), jump(equals, raw, 2, 0), jump(equals, packet, 1, 0), answer(allow), answer(errno(perm)),
]

function assemble(program: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(program.length * 8)
  for (const [index, { code, whenTrue, whenFalse, value }] of program.entries()) {
    if (whenTrue > 255 || whenFalse > 255) throw new RangeError('a jump of the filter is too long')
    bytes.writeUInt16LE(code, index * 8)
    bytes.writeUInt8(whenTrue, index * 8 + 2)
    bytes.writeUInt8(whenFalse, index * 8 + 3)
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4)
  }
  return bytes
}

/** The same on every architecture: io_uring, the new mount calls, pidfd_getfd, mount_setattr, quotactl_fd. */
const newCalls = [425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442, 443]

/**
 * `refused`, in this order: ptrace, process_vm_readv and _writev, kcmp; mount, umount2, pivot_root, setns; add_key, request_key, keyctl;
 * bpf, perf_event_open, userfaultfd, open_by_handle_at; init_module, finit_module, delete_module, kexec_load, kexec_file_load;
 * swapon, swapoff, reboot, acct, quotactl, syslog.
 */
const tables = {
  x64: {
    audit: 0xc000003e, x32: 0x40000000, clone: 56, clone3: 435, unshare: 272, ioctl: 16, socket: 41,
    refused: [101, 310, 311, 312, 165, 166, 155, 308, 248, 249, 250, 321, 298, 323, 304, 175, 313, 176, 246, 320, 167, 168, 169, 163, 179, 103, ...newCalls],
  },
  arm64: {
    audit: 0xc00000b7, x32: undefined, clone: 220, clone3: 435, unshare: 97, ioctl: 29, socket: 198,
    refused: [117, 270, 271, 272, 40, 39, 41, 268, 217, 218, 219, 280, 241, 282, 265, 105, 273, 106, 104, 294, 224, 225, 142, 89, 60, 116, ...newCalls],
  },
} as const
