import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { inheritedDescriptors } from './inherited-descriptors.ts'

export interface Launched {
  readonly child: ChildProcess
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Where bwrap writes `{"child-pid", "pid-namespace"}`. */
  readonly info: Readable | undefined
}

/** Where bwrap reads its secret words, and where it says what it made. */
export const argsPlace = 3
export const infoPlace = 4

/** Words for `bwrap --args`: through a pipe, because arguments and bwrap's own environment can be read by others and from inside. */
export function sendWords(launched: Launched, place: number, words: readonly string[]): void {
  sendBytes(launched, place, Buffer.from(words.map((word) => `${word}\0`).join('')))
}

export function sendBytes({ child }: Launched, place: number, bytes: Uint8Array): void {
  const pipe = child.stdio[place]
  if (pipe === null || pipe === undefined || !('end' in pipe)) return
  pipe.on('error', () => undefined) // The launcher died before it read them: its exit says so.
  pipe.end(bytes)
}

/**
 * Starts a launcher with three pipes and `extra` ones from place 3 on. It sees nothing of our own environment and descriptors.
 * @throws whatever `spawn` throws at once
 */
export function startLauncher(argv: readonly string[], cwd: string, env: Readonly<Record<string, string>>, extra: readonly ('pipe' | number)[]): Launched {
  const [file = '', ...args] = argv
  const nothing = openSync('/dev/null', 'r+')
  try {
    const child = spawn(file, args, { cwd, env: { ...env }, detached: true, stdio: stdioPlaces(extra, nothing) })
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
function stdioPlaces(extra: readonly ('pipe' | number)[], nothing: number): ('pipe' | 'ignore' | number)[] {
  const places: ('pipe' | 'ignore' | number)[] = ['pipe', 'pipe', 'pipe', ...extra]
  for (const fd of inheritedDescriptors()) {
    while (places.length <= fd) places.push('ignore')
    if (fd >= 3 + extra.length) places[fd] = nothing
  }
  return places
}
