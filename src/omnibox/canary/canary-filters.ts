/**
 * How many filters for system calls a process has, by its `/proc/PID/status`. A kernel that does not count them says whether there is one.
 * @see proc_pid_status(5): `Seccomp_filters` since Linux 5.9
 */
export function countFilters(status: string): number {
  const counted = /^Seccomp_filters:\s*(\d+)$/m.exec(status)?.[1]
  return counted === undefined ? Number(/^Seccomp:\s*2$/m.test(status)) : Number(counted)
}
