/**
 * A small host for `limits.test.ts`: puts up a box with limits, prints as one JSON line what holds them and how many processes it could start,
 * and lives until it is killed; asked to end, it leaves nothing. Argument: the limits as JSON.
 */
import { BoxLimits } from '../../src/spec/box-limits.ts'
import { forksUntilRefused, limitedBox } from '../support/limited-box.ts'

const { box, run, start, close } = await limitedBox(BoxLimits.parse(JSON.parse(process.argv[2] ?? '{}')))
const made = Number(await run(forksUntilRefused))
start('exec sleep 300')
console.log(JSON.stringify({ held: box.attestation.limits, made }))
const alive = setInterval(() => undefined, 60_000)
process.once('SIGTERM', () => {
  clearInterval(alive)
  void close()
})
