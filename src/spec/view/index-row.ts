import { z } from 'zod'
import { Outcome } from '../events/turn-data.ts'
import { type SessionView, Status, statusOf, TokenSums, WaitingFor } from './session-view.ts'

/** One row of the session list: what a list, a search and a usage page read without opening a log. */
export const IndexRow = z.object({
  session: z.string(),
  tree: z.string(),
  seq: z.number().int(),
  title: z.string(),
  agent: z.string(),
  harness: z.string(),
  model: z.string().optional(),
  path: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
  status: Status,
  waitingFor: WaitingFor.optional(),
  lastOutcome: Outcome.optional(),
  archived: z.boolean(),
  labels: z.record(z.string(), z.string()),
  turns: z.number().int(),
  asks: z.number().int(),
  queued: z.number().int(),
  /** As in the view: money, what a subscription covered, calls without a known price, tokens. */
  microUsd: z.number().int(),
  planMicroUsd: z.number().int(),
  unpriced: z.number().int(),
  usage: TokenSums,
})
export type IndexRow = z.infer<typeof IndexRow>

/** A row is a projection of the view, so a list and an open session can not disagree. */
export function rowOf(view: SessionView): IndexRow {
  const { status, waitingFor } = statusOf(view)
  return {
    session: view.session, tree: view.tree, seq: view.seq, title: view.title, agent: view.agent.name, harness: view.harness,
    ...(view.model === undefined ? {} : { model: view.model }),
    path: view.workspace.path, createdAt: view.createdAt, updatedAt: view.updatedAt, status,
    ...(waitingFor === undefined ? {} : { waitingFor }),
    ...(view.lastOutcome === undefined ? {} : { lastOutcome: view.lastOutcome.outcome }),
    archived: view.archived, labels: view.labels, turns: view.counts.turns, asks: view.asks.length,
    queued: view.queue.length, microUsd: view.money.microUsd, planMicroUsd: view.money.planMicroUsd, unpriced: view.money.unpriced, usage: view.usage,
  }
}
