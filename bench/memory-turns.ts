import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { handWorld } from './hand-world.ts'

/**
 * The child of V13, started with --expose-gc: `argv[2]` turns over `argv[3]` sessions; prints one JSON line
 * `{turns, heap}` (bytes after a full collection) at 10, 50 and 100 percent.
 */
const [turns = 0, count = 1] = process.argv.slice(2).map(Number)
const dir = await mkdtemp(join(tmpdir(), 'omni-bench-'))
const world = await handWorld({ dir })
const sessions: string[] = []
for (let index = 0; index < count; index += 1) sessions.push(await world.create())
for (let done = 1; done <= turns; done += 1) {
  const session = sessions[done % count] ?? ''
  const turn = await world.start(session)
  // As a program that can resume: otherwise every prompt would bring the whole conversation along.
  if (done <= count) await world.fact(session, turn, { type: 'harness.ready', harness: 'scripted', version: '1', resume: `r${done}` })
  await world.fact(session, turn, { type: 'message', item: `m${done}`, text: 'An answer of some words. '.repeat(20) })
  await world.fact(session, turn, { type: 'turn.settled', outcome: 'completed' })
  if (![0.1, 0.5, 1].includes(done / turns)) continue
  globalThis.gc?.()
  process.stdout.write(`${JSON.stringify({ turns: done, heap: process.memoryUsage().heapUsed })}\n`)
}
await world.close()
await rm(dir, { recursive: true, force: true })
