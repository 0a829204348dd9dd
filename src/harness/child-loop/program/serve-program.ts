import { arch, platform } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { readLines } from '../../../base/line-splitter.ts'
import { maxLineBytes, ToProgram } from '../protocol.ts'
import { createProgram, type Loop } from './program.ts'

/** Speaks the protocol on standard input and output until whoever started the program has gone. */
export async function serveProgram(loop: Loop): Promise<void> {
  // Standard output is the protocol's: what a library wants to say goes elsewhere.
  console.log = console.error
  console.info = console.error
  console.debug = console.error
  const program = createProgram(loop, {
    send: (message) => process.stdout.write(`${JSON.stringify(message)}\n`),
    fetch: (url, options) => fetch(url, options),
    platform: `${platform()} ${arch()}`,
    now: () => Date.now(),
    chance: () => Math.random(),
    pause: async (ms, signal) => {
      await pause(ms, undefined, { signal })
    },
  })
  for await (const line of readLines(process.stdin, maxLineBytes)) await program.hear(ToProgram.parse(JSON.parse(line)))
  process.exit(0)
}
