import { readFile, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import type { BenchRow } from './bench-row.ts'
import { benchBox } from './box.ts'
import { benchCold } from './cold.ts'
import { benchDelta } from './delta.ts'
import { benchGateway } from './gateway.ts'
import { benchLive } from './live.ts'
import { benchLiveMemory } from './live-memory.ts'
import { benchMemory } from './memory.ts'
import { pageOf } from './page.ts'
import { benchPolicy } from './policy.ts'
import { benchReplay } from './replay.ts'
import { benchStart } from './start.ts'
import { benchStore } from './store.ts'
import { benchTurn } from './turn.ts'

/** Each run and the measures it takes. */
const runs: readonly { readonly ids: readonly string[]; run(): Promise<readonly BenchRow[]> }[] = [
  { ids: ['V1'], run: benchTurn },
  { ids: ['V2'], run: benchCold },
  { ids: ['V3'], run: benchStart },
  { ids: ['V4'], run: benchLive },
  { ids: ['V5', 'V12'], run: benchStore },
  { ids: ['V6'], run: benchDelta },
  { ids: ['V7', 'V8'], run: benchPolicy },
  { ids: ['V9'], run: benchGateway },
  { ids: ['V10'], run: benchBox },
  { ids: ['V13'], run: benchMemory },
  { ids: ['V17'], run: benchLiveMemory },
  { ids: ['V20'], run: benchReplay },
]
const resultsFile = join(import.meta.dirname, 'results.json')

/**
 * `npm run bench [-- V4 V6]`: takes all measures, or the named ones and keeps the others' last results; writes
 * `bench/results.json` and `docs/performance.md`. Fails on nothing.
 */
const wanted = new Set(process.argv.slice(2))
const unknown = [...wanted].filter((id) => !runs.some(({ ids }) => ids.includes(id)))
if (unknown.length > 0) throw new Error(`no measure ${unknown.join(', ')}; there are ${runs.flatMap(({ ids }) => ids).join(', ')}`)
const chosen = runs.filter(({ ids }) => wanted.size === 0 || ids.some((id) => wanted.has(id)))
const taken = new Set(chosen.flatMap(({ ids }) => ids))
// Our own file; none on the first run.
const earlier = JSON.parse(await readFile(resultsFile, 'utf8').catch(() => '[]')) as BenchRow[]
const rows = earlier.filter(({ id }) => !taken.has(id))
for (const { ids, run } of chosen) {
  process.stderr.write(`measuring ${ids.join(', ')} …\n`)
  const [load = 0] = loadavg()
  for (const row of await run()) rows.push({ ...row, load })
  // After each: a run that is stopped keeps what it took.
  await save()
}
process.stdout.write(pageOf(rows))

async function save(): Promise<void> {
  rows.sort((left, right) => Number(left.id.slice(1)) - Number(right.id.slice(1)))
  await writeFile(resultsFile, `${JSON.stringify(rows, undefined, 2)}\n`)
  await writeFile(join(import.meta.dirname, '../docs/performance.md'), pageOf(rows))
}
