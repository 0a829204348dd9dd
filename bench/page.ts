import { cpus } from 'node:os'
import type { BenchRow } from './bench-row.ts'

const show = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 10 ? 1 : 2))

/** The text of `docs/performance.md`. */
export function pageOf(rows: readonly BenchRow[]): string {
  const table = rows.map((row) => `| ${row.id} | ${row.measure} | ${show(row.ours)} ${row.unit} | ${show(row.floor)} ${row.unit} | ${row.bar} | ${row.met ? 'yes' : '**no**'} | ${row.load?.toFixed(1) ?? ''} |`)
  const notes = rows.flatMap(({ id, note }) => (note === undefined ? [] : [`- ${id} ${note}`]))
  return `# Performance

Written by \`npm run bench\`; each figure stands beside its floor, taken in the same run (${cpus().length} cores, Node ${process.versions.node}).
\`npm run bench -- V4 V6\` takes some measures again and keeps the others. *Load* is what else wanted the
processors when a measure began (one-minute average): above the number of cores its absolute figures say little, the comparison still counts. None: not recorded.

| | Measure | Ours | Floor | Bar | Met | Load |
| --- | --- | --- | --- | --- | --- | --- |
${table.join('\n')}

${notes.length === 0 ? '' : `Where the time of a cold start goes, milliseconds since \`omni\` was started (medians of each step):

${notes.join('\n')}
`}
Ours is the package as it is published (compiled by \`npm run build:node\`), real server and host processes. V5, V6, V12 and
the heap over many turns are engine and store alone, in one process and from source. The floors:

- V1: the same program driven by its adapter alone, against the same stub of a model, turn by turn with ours. Our clock starts before the request is sent.
- V2: the same program started and prompted by its adapter alone. Ours also starts a server and a host.
- V3: \`node -e 0\`.
- V4: a \`ws\` server that passes on lines from a unix socket, same clients, same pace. One process holds the 500 clients on both sides, so a burst measures their reading as well.
- V5: raw SQLite, WAL, \`synchronous = FULL\`, one insert a transaction; ours shares commits among what waits.
- V6: what storing the message costs that ends the stream.
- V7: Cedar's WASM with its policies parsed before, on the rules that need no history; OPA needs a compiler that is not to be had from npm or Debian.
- V8: parsing the line, nothing else.
- V9: mitmproxy where it is installed, else the same client straight to the same upstream; the second line's floor is that client's own time.
- V10: the same line of bubblewrap with the same mounts, typed by hand, without the filter; empty namespaces; the program alone (here \`cat\`); the same install outside, straight from the same registry.
- V12: one \`select … limit 50\` on the same file.
- V13: an idle Node; the server before the sessions; the heap after a tenth of the turns.
- V17: what the program itself holds, its tool processes included. For \`omni\`, \`openai-agents\` and \`claude-sdk\` that is our own child process around the loop.
- V20: walking the same events, for the policies that they name.
`
}
