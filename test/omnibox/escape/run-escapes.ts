import { escapes, worked } from './escape-cases.ts'
import { type EscapePlace, escapeWorld } from './escape-world.ts'

/** Tries every way out, as whoever runs it, and without the wall that holds it. Writes one line of JSON a case. `run-escapes.ts PLACE NAMES` */
const place = JSON.parse(process.argv[2] ?? '') as EscapePlace // Proof: written by the test.
const world = await escapeWorld(place)
try {
  const names = JSON.parse(process.argv[3] ?? '[]') as readonly string[] // Proof: written by the test.
  for (const escape of escapes.filter(({ name }) => names.includes(name))) {
    const script = escape.script(world.plants)
    const said = await world.run(escape.profile ?? 'workspace', script)
    const open = await world.run(escape.profile ?? 'workspace', script, escape.without(world.plants)).catch((error: unknown) => String(error))
    process.stdout.write(`${JSON.stringify({ name: escape.name, escaped: worked(said), said: said.slice(0, 300), control: worked(open), open: open.slice(0, 300) })}\n`)
  }
} finally {
  await world.close()
}
