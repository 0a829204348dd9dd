import { z } from 'zod'
import { Envelope } from '../events/envelope.ts'
import { IndexRow } from '../view/index-row.ts'
import { Delta } from '../view/transcript-item.ts'
import { ErrorBody, Snapshot } from './http.ts'

/**
 * The live stream, version 1: `GET /v1/live` (WebSocket, one JSON object a message).
 *
 * One socket carries any number of subscriptions, each named by the client (`sub`).
 * - To a session: with `after` the server sends the events that followed it; without, or when too many followed, a
 *   `snapshot` first. From then on every event with its `seq`, and deltas between events. Subscribing comes before the
 *   snapshot is taken, so there is no gap and no duplicate.
 * - To the list: changed rows.
 * - A client that reads too slowly gets `resync` and is dropped from that subscription: it subscribes again with its last `seq`.
 * A delta carries `{item, offset}`: a client that has `offset` characters of the item appends it, one that has more
 * takes only the rest. The completed item arrives as an event and replaces what was streamed. Deltas do not wait for the
 * disk, events do: the first deltas of an item may come before the events that precede it (a call's result, the end of the
 * message before). Who draws in order keeps them until those are here.
 */
const sub = z.string().regex(/^[\w-]{1,64}$/)

export const LiveRequest = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('subscribe'),
    sub,
    to: z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('session'),
        session: z.string().max(128),
        after: z.number().int().nonnegative().optional(),
        /** Items in the snapshot's page. */
        items: z.number().int().min(1).max(200).default(50),
      }),
      z.strictObject({ kind: z.literal('list') }),
    ]),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), sub }),
  z.strictObject({ type: z.literal('ping') }),
])
export type LiveRequest = z.input<typeof LiveRequest>

export const LiveMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), sub, snapshot: Snapshot }),
  /** After a resume with `after`: what was streamed so far of open items. */
  z.object({ type: z.literal('resumed'), sub, seq: z.number(), partials: Snapshot.shape.partials }),
  z.object({ type: z.literal('events'), sub, events: z.array(Envelope) }),
  z.object({ type: z.literal('delta'), sub, delta: Delta }),
  z.object({ type: z.literal('rows'), sub, rows: z.array(IndexRow), removed: z.array(z.string()).optional() }),
  z.object({ type: z.literal('resync'), sub, reason: z.string() }),
  z.object({ type: z.literal('failed'), sub: sub.optional(), error: ErrorBody.shape.error }),
  z.object({ type: z.literal('pong') }),
])
export type LiveMessage = z.infer<typeof LiveMessage>
