import { realClock } from '../../support/real-clock.ts'
import { noFaults } from '../../../src/spec/ports/faults.ts'
import { openSqliteStore } from '../../../src/store/sqlite/open-sqlite-store.ts'

// A second process for sqlite.test.ts: opens the store in its argument, says so, and holds it until it is killed.
const [dir] = process.argv.slice(2)
if (dir === undefined) throw new Error('usage: hold-store DIR')
try {
  await openSqliteStore({ dir, clock: realClock, faults: noFaults })
  process.stdout.write('open\n')
  process.stdin.resume()
} catch (error) {
  process.stdout.write(`${String(error)}\n`)
}
