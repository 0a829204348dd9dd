import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { AskUsage, UsageReport } from '../../spec/api/usage.ts'
import { quarterMs, type UsagePart, usageReport } from '../projection/usage-report.ts'
import type { StoreTables } from './schema.ts'

/** What stands for each key in a row; a call whose event names no harness is its session's. */
const keys: Readonly<Record<AskUsage['by'], RawBuilder<unknown>>> = {
  day: sql`CAST(usage.at / ${sql.lit(quarterMs)} AS TEXT)`,
  model: sql`usage.model`,
  harness: sql`coalesce(usage.harness, sessions.row ->> 'harness', '')`,
  agent: sql`coalesce(sessions.row ->> 'agent', '')`,
  session: sql`sessions.session`,
}

/** The report, summed up in one statement. */
export async function readUsage(db: Kysely<StoreTables>, query: AskUsage): Promise<UsageReport> {
  const { by, from = 0, to = Number.MAX_SAFE_INTEGER, tree } = query
  const ofTree = tree === undefined ? sql`` : sql`AND sessions.tree = (SELECT no FROM trees WHERE tree = ${tree})`
  const title = by === 'session' ? sql`, sessions.title AS title` : sql``
  const { rows } = await sql<UsagePart>`
    SELECT ${keys[by]} AS key ${title}, count(*) AS calls, sum(micro_usd IS NULL) AS unpriced,
      coalesce(sum(CASE plan WHEN 0 THEN micro_usd END), 0) AS microUsd, coalesce(sum(CASE plan WHEN 1 THEN micro_usd END), 0) AS planMicroUsd,
      sum(input) AS input, sum(output) AS output, sum(cache_read) AS cacheRead, sum(cache_write) AS cacheWrite
    FROM usage JOIN sessions ON sessions.no = usage.lane
    WHERE usage.at >= ${from} AND usage.at < ${to} ${ofTree} GROUP BY 1`.execute(db)
  return usageReport(query, rows)
}
