import { type Kysely, sql } from 'kysely'

const statements = [
  // One row per settled model call: id = trees.no × 2^30 + seq of its event.
  `CREATE TABLE usage (
    id INTEGER PRIMARY KEY, lane INTEGER NOT NULL, at INTEGER NOT NULL, model TEXT NOT NULL, harness TEXT, plan INTEGER NOT NULL,
    micro_usd INTEGER, input INTEGER NOT NULL, output INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL)`,
  'CREATE INDEX usage_at ON usage (at)',
  // What was settled before the table was there; a fork's prefix stands in the log of its source.
  `INSERT INTO usage SELECT events.id, sessions.no, head ->> 'at', coalesce(data ->> 'model', ''), NULL, 0, min(data ->> 'microUsd', 1000000000000),
      min(data ->> '$.usage.input', 1000000000000), min(data ->> '$.usage.output', 1000000000000),
      min(coalesce(data ->> '$.usage.cacheRead', 0), 1000000000000), min(coalesce(data ->> '$.usage.cacheWrite', 0), 1000000000000)
    FROM events JOIN trees ON trees.no = events.id >> 30 JOIN sessions ON sessions.session = head ->> 'session' AND sessions.tree = trees.no
    WHERE head ->> 'type' = 'money.settled' AND head ->> 'tree' = trees.tree AND data ->> '$.usage' IS NOT NULL`,
  `UPDATE sessions SET row = json_set(row, '$.planMicroUsd', 0, '$.usage', (
      SELECT json_object('input', coalesce(sum(input), 0), 'output', coalesce(sum(output), 0), 'cacheRead', coalesce(sum(cache_read), 0), 'cacheWrite', coalesce(sum(cache_write), 0))
      FROM usage WHERE lane = sessions.no))
    WHERE row IS NOT NULL`,
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
