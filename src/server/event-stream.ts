import type { ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context } from 'hono'
import { AppError } from '../spec/app-error.ts'
import type { Envelope } from '../spec/events/envelope.ts'
import { eventText } from './event-text.ts'
import { safetyHeaders } from './safety-headers.ts'
import type { LiveCounts, ServerDeps } from './server-deps.ts'

/** Bytes that may wait for a slow reader. Past that it is dropped: it resumes with `Last-Event-ID`. */
const maxWaitingBytes = 4 * 1024 * 1024
const pageSize = 500
const keepAliveMs = 15_000

export interface EventStreamRequest {
  readonly deps: ServerDeps
  readonly counts: LiveCounts
  readonly session: string
  readonly context: Context
}

/**
 * `GET /v1/sessions/{id}/events`: each event as `id: <seq>`, `event: <type>`, `data: <envelope>`; streamed text as
 * `event: delta` without an id. Written straight to Node's response: shared text, bounded, no stream per client.
 */
export async function eventStream({ deps, counts, session, context }: EventStreamRequest): Promise<Response> {
  const after = startAfter(context)
  // The Node response that hono's server adapter hands through.
  const { outgoing } = context.env as { outgoing?: ServerResponse }
  if (outgoing === undefined) throw new AppError('unsupported', 'Streams need a real connection.')
  const { tree } = await deps.engine.describe(session)

  let sent = after
  const write = (text: string) => {
    if (outgoing.writableLength > maxWaitingBytes) outgoing.destroy()
    else if (!outgoing.destroyed) outgoing.write(text)
  }
  const writeEvents = (events: readonly Envelope[]) => {
    const fresh = events.filter((event) => event.seq > sent)
    sent = fresh.at(-1)?.seq ?? sent
    if (fresh.length > 0) write(fresh.map((event) => `id: ${event.seq}\nevent: ${event.type}\ndata: ${eventText(event)}\n\n`).join(''))
  }
  // From here on the answer is ours: what fails ends the stream, and the client resumes.
  stream(outgoing).catch((error: unknown) => {
    deps.report(error)
    outgoing.destroy()
  })
  return RESPONSE_ALREADY_SENT

  async function stream(outgoing: ServerResponse): Promise<void> {
    outgoing.writeHead(200, { ...safetyHeaders, 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    outgoing.flushHeaders()
    // What the log holds comes page by page, so that a long one does not fill the memory; then what is new.
    for (;;) {
      const page = await deps.store.read(tree, sent, pageSize)
      writeEvents(page)
      if (page.length < pageSize || outgoing.destroyed) break
      if (outgoing.writableNeedDrain) await new Promise<void>((resolve) => outgoing.once('drain', resolve).once('close', resolve))
    }
    const opened = await deps.engine.open(session, { after: sent, items: 1 }, {
      events: writeEvents,
      delta: (delta) => write(`event: delta\ndata: ${JSON.stringify(delta)}\n\n`),
    })
    writeEvents(opened.snapshot === undefined ? opened.events : await deps.store.read(tree, sent, opened.seq - sent))
    for (const partial of opened.partials) write(`event: delta\ndata: ${JSON.stringify({ ...partial, offset: 0 })}\n\n`)
    opened.begin()
    counts.streams += 1
    let stopKeepAlive = () => {}
    const keepAlive = () => {
      write(': here\n\n')
      stopKeepAlive = deps.clock.after(keepAliveMs, keepAlive)
    }
    keepAlive()
    outgoing.once('close', () => {
      counts.streams -= 1
      stopKeepAlive()
      opened.close()
    })
    if (outgoing.destroyed) outgoing.emit('close')
  }
}

function startAfter(context: Context): number {
  const text = context.req.header('last-event-id') ?? context.req.query('after') ?? '0'
  const seq = Number(text)
  if (!Number.isSafeInteger(seq) || seq < 0) throw new AppError('invalid', 'Last-Event-ID (or ?after=) must be the number of an event.')
  return seq
}
