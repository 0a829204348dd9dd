import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import type { BenchRow } from './bench-row.ts'
import { benchStart } from './start.ts'
import { benchStore } from './store.ts'

/** `npm run bench`: measures, writes `bench/results.json` and the table in `docs/performance.md`. Fails on nothing. */
const rows: BenchRow[] = [...(await benchStart()), ...(await benchStore())]
const show = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 10 ? 1 : 2))
const table = rows.map((row) => `| ${row.id} | ${row.measure} | ${show(row.ours)} ${row.unit} | ${show(row.floor)} ${row.unit} | ${row.bar} | ${row.met ? 'yes' : '**no**'} |`)
const page = `# Performance

Written by \`npm run bench\`; each figure stands beside its floor, taken in the same run (${cpus().length} cores, Node ${process.versions.node}).
The floor of V5 is raw SQLite, WAL, \`synchronous = FULL\`, one insert a transaction; ours shares commits among what waits.

| | Measure | Ours | Floor | Bar | Met |
| --- | --- | --- | --- | --- | --- |
${table.join('\n')}

Not measured yet: V1 and V2 (turn overhead over the bare programs), V4 (500 subscribers), V6 by count of statements, and the growth part of V13.
`
await writeFile('bench/results.json', JSON.stringify(rows, undefined, 2))
await writeFile('docs/performance.md', page)
process.stdout.write(page)
