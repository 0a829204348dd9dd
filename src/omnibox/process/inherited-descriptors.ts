import { readdirSync, readFileSync } from 'node:fs'

/** `O_CLOEXEC` on Linux. Node opens everything of its own with it. */
const closeOnExec = 0o2000000
/** More than this many stdio places would make every start slow; a descriptor this high is no accident of a shell. */
const highest = 1_024

/**
 * Descriptors from 3 up that this process inherited without close-on-exec. A child would inherit them too, since neither
 * Node nor bwrap closes them: a way out of every wall. Empty where there is no /proc.
 */
export function inheritedDescriptors(): number[] {
  let names: string[]
  try {
    names = readdirSync('/proc/self/fd')
  } catch {
    return [] // No /proc, so not Linux: libuv marks its own, and what else is open cannot be listed.
  }
  return names.map(Number).filter((fd) => fd > 2 && fd <= highest && survivesExec(fd))
}

function survivesExec(fd: number): boolean {
  try {
    const flags = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').match(/^flags:\s*([0-7]+)$/m)?.[1]
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0
  } catch {
    return false // Closed since it was listed (the listing's own descriptor, for one).
  }
}
