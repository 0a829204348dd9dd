import { type Kysely, sql } from 'kysely'

const sums = (plan: 0 | 1) => `json_object('microUsd', coalesce(sum(CASE WHEN plan = ${plan} THEN micro_usd END), 0), 'unpriced', sum(plan = ${plan} AND micro_usd IS NULL),
  'input', coalesce(sum(CASE WHEN plan = ${plan} AND micro_usd IS NULL THEN input + cache_read + cache_write END), 0), 'output', coalesce(sum(CASE WHEN plan = ${plan} AND micro_usd IS NULL THEN output END), 0))`
const none = `json('{"tokens":0,"metered":{"microUsd":0,"unpriced":0,"input":0,"output":0},"plan":{"microUsd":0,"unpriced":0,"input":0,"output":0}}')`

const statements = [
  // What a tree's model calls came to, as JSON (`TreeMoney`). It outlives the tree, so that removing one gives no money back.
  'CREATE TABLE money (tree TEXT PRIMARY KEY, money TEXT NOT NULL) WITHOUT ROWID',
  // What was settled before the table was there. The first event of a tree's own says who made it.
  `INSERT INTO money SELECT trees.tree, json_object(
      'owner', coalesce((SELECT head ->> '$.by.id' FROM events WHERE events.id = (trees.no << 30) + trees.base_seq + 1), ''),
      'balance', json_object('spent', json_object('tokens', sum(input + output + cache_read + cache_write), 'metered', ${sums(0)}, 'plan', ${sums(1)}), 'reserved', ${none}))
    FROM usage JOIN trees ON trees.no = usage.id >> 30 GROUP BY trees.no`,
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
