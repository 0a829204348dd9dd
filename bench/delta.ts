import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { BenchRow } from './bench-row.ts'
import { handWorld } from './hand-world.ts'

const deltas = 2_000

/** V6: statements that the store runs while 2,000 deltas stream to a subscriber; the message that ends them is the floor. */
export async function benchDelta(): Promise<BenchRow[]> {
  const dir = await mkdtemp(join(tmpdir(), 'omni-bench-'))
  const count = { statements: 0 }
  const world = await handWorld({ dir, onOpen: (database) => countStatements(database, count) })
  const session = await world.create()
  const turn = await world.start(session)
  let heard = 0
  const opened = await world.engine.open(session, { items: 1 }, { events: () => undefined, delta: () => (heard += 1) })
  opened.begin()
  count.statements = 0
  const text = 'words '.repeat(8)
  for (let index = 0; index < deltas; index += 1) world.host.say({ type: 'delta', session, turn, item: 'm1', kind: 'text', offset: index * text.length, text })
  // The store works after the turn of the event loop in which something came.
  await new Promise<void>((resolve) => setTimeout(() => resolve(), 100))
  const ours = count.statements
  await world.fact(session, turn, { type: 'message', item: 'm1', text: text.repeat(deltas) })
  const floor = count.statements - ours
  opened.close()
  await world.close()
  await rm(dir, { recursive: true, force: true })
  return [{ id: 'V6', measure: `${deltas.toLocaleString('en')} text deltas, ${heard.toLocaleString('en')} heard`, ours, floor, unit: 'statements', bar: '0', met: ours === 0 && heard === deltas && floor > 0 }]
}

/** Counts at the connection itself, below everything of ours. */
function countStatements(database: DatabaseSync, count: { statements: number }): void {
  const [prepare, exec] = [database.prepare.bind(database), database.exec.bind(database)]
  database.exec = (sql) => {
    count.statements += 1
    exec(sql)
  }
  database.prepare = (sql) => {
    const statement = prepare(sql)
    return new Proxy(statement, {
      get(target, name) {
        // Proof: only the name is unknown; what is read is what the statement has.
        const member = Reflect.get(target, name) as unknown
        if (typeof member !== 'function') return member
        return (...given: readonly unknown[]): unknown => {
          if (['run', 'get', 'all', 'iterate'].includes(String(name))) count.statements += 1
          return Reflect.apply(member, target, given)
        }
      },
    })
  }
}
