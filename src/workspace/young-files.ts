import { lstat, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesUnder, joinRaw, splitRaw, type RawPath } from './raw-path.ts'

/**
 * git compares change times by the second. A file that was read in the second it last changed can change once more in that second,
 * to other bytes of the same length with its old time set again, and look the same for ever. So these young files are read again at the
 * next look, until one read falls into a later second. Their list lies beside the index and goes with it.
 */
export async function readYoung(run: string): Promise<RawPath[]> {
  return splitRaw(await readFile(join(run, 'young')).catch(() => Buffer.alloc(0)))
}

export async function writeYoung(run: string, paths: readonly RawPath[]): Promise<void> {
  const draft = join(run, 'young.new')
  await writeFile(draft, joinRaw(paths))
  await rename(draft, join(run, 'young'))
}

/** The time that a file gets which changes now, in whole seconds: the kernel's word, not ours. */
export async function fileSystemSecond(run: string): Promise<bigint> {
  const probe = join(run, 'clock')
  await writeFile(probe, '')
  return second((await stat(probe, { bigint: true })).ctimeNs)
}

/** Those of `paths`, just read, that may have changed since the second `start`, in which reading began or a later one. */
export async function youngAmong(root: string, paths: readonly RawPath[], start: bigint): Promise<RawPath[]> {
  const young: RawPath[] = []
  const atOnce = 500
  for (let from = 0; from < paths.length; from += atOnce) {
    const some = paths.slice(from, from + atOnce)
    const times = await Promise.all(some.map((path) => lstat(bytesUnder(root, path), { bigint: true }).then(({ ctimeNs }) => second(ctimeNs), () => undefined)))
    young.push(...some.filter((_, at) => (times[at] ?? -1n) >= start))
  }
  return young
}

const second = (ns: bigint): bigint => ns / 1_000_000_000n
