import { EventPage, ItemPage, ListEvents, ListItems } from '../../spec/api/http.ts'
import { AppError } from '../../spec/app-error.ts'
import { eventStream } from '../event-stream.ts'
import { route, type Route } from '../route.ts'
import type { LiveCounts, ServerDeps } from '../server-deps.ts'
import { id } from './session-routes.ts'

/** What happened: as items to draw, as the log itself, as a stream. */
export function transcriptRoutes(deps: ServerDeps, counts: LiveCounts): Route[] {
  const { engine, store, blobs } = deps
  return [
    route({
      method: 'get', path: '/v1/sessions/{session}/items', summary: 'A page of the transcript.', query: ListItems, reply: ItemPage,
      handle: async ({ params, query }) => {
        await engine.describe(id(params))
        const { before, after, limit, rewound } = query
        const items = await store.items(id(params), {
          limit: limit + 1, ...(after === undefined ? {} : { after }), ...(before === undefined ? {} : { before }), withRewound: rewound === 'true',
        })
        // Paging forward: the extra one is the last; backward: the first.
        const page = after === undefined ? items.slice(-limit) : items.slice(0, limit)
        return { items: page, older: after === undefined ? items.length > limit : true }
      },
    }),
    route({
      method: 'get', path: '/v1/sessions/{session}/log', summary: 'A page of the log of the session’s tree.', query: ListEvents, reply: EventPage,
      handle: async ({ params, query }) => {
        const { tree } = await engine.describe(id(params))
        const [events, head] = await Promise.all([store.read(tree, query.after, query.limit), store.head(tree)])
        return { events, head: head?.seq ?? 0 }
      },
    }),
    route({
      method: 'get', path: '/v1/sessions/{session}/events', summary: 'The log as server-sent events, then live. `Last-Event-ID` resumes.', media: 'text/event-stream',
      handle: async ({ params, context }) => eventStream({ deps, counts, session: id(params), context }),
    }),
    route({
      method: 'get', path: '/v1/blobs/{hash}', summary: 'A long text that an event refers to by its SHA-256.', media: 'application/octet-stream',
      handle: async ({ params }) => {
        const hash = params['hash'] ?? ''
        const bytes = /^[0-9a-f]{64}$/.test(hash) ? await blobs.get(hash) : undefined
        if (bytes === undefined) throw new AppError('not_found', 'There is no such blob.')
        return new Response(new Uint8Array(bytes), {
          headers: { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment', 'cache-control': 'private, max-age=31536000, immutable', 'x-content-type-options': 'nosniff' },
        })
      },
    }),
  ]
}
