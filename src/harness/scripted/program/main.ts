/** The scripted harness's program: started by its adapter, in a box. Its protocol is in `../protocol.ts`. */
import { setTimeout as pause } from 'node:timers/promises'
import { readLines } from '../../../base/line-splitter.ts'
import { maxLineBytes, ToProgram } from '../protocol.ts'
import { createProgram } from './program.ts'

const program = createProgram({
  send: (message) => process.stdout.write(`${JSON.stringify(message)}\n`),
  pause: async (ms, signal) => {
    await pause(ms, undefined, { signal })
  },
})

for await (const line of readLines(process.stdin, maxLineBytes)) await program.hear(ToProgram.parse(JSON.parse(line)))
// Whoever started it has gone.
process.exit(0)
