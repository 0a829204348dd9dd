/** The omni harness's program: started by its adapter, in a box. Its protocol is in `../protocol.ts`. */
import { arch, platform } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { readLines } from '../../../base/line-splitter.ts'
import { maxLineBytes, ToProgram } from '../protocol.ts'
import { createProgram } from './program.ts'

// Standard output is the protocol's: what a library wants to say goes elsewhere.
console.log = console.error
console.info = console.error
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })

const program = createProgram({
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
// Whoever started it has gone.
process.exit(0)
