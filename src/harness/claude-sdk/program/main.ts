/** The claude-sdk harness's program: started by its adapter, in a box, with the path of the user's `sdk.mjs`. */
import { pathToFileURL } from 'node:url'
import { readLines } from '../../../base/line-splitter.ts'
import { record } from '../../json-program.ts'
import { createBridge, type Sdk } from './bridge.ts'

// Standard output is the protocol's: what a library wants to say goes elsewhere.
console.log = console.error
console.info = console.error

const maxLineBytes = 64 * 1024 * 1024
// Proof: the adapter found this file as the SDK's, of a version that has these functions.
const sdk = (await import(pathToFileURL(process.argv[2] ?? '').href)) as Sdk
const bridge = createBridge({
  sdk,
  send: (message) => process.stdout.write(`${JSON.stringify(message)}\n`),
  ended: (problem) => {
    if (problem !== undefined) process.stderr.write(`${problem}\n`)
    process.exit(problem === undefined ? 0 : 1)
  },
})

for await (const line of readLines(process.stdin, maxLineBytes)) bridge.hear(record(JSON.parse(line)))
// Whoever started it has gone.
process.exit(0)
