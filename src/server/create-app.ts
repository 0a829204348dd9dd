import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import { AppError } from '../spec/app-error.ts'
import { errorReply, parseInput } from './error-response.ts'
import { Guard, type Knock } from './guard.ts'
import { openApiDocument } from './openapi.ts'
import { route, type Route } from './route.ts'
import { attachmentRoutes } from './routes/attachment-routes.ts'
import { metaRoutes } from './routes/meta-routes.ts'
import { policyRoutes } from './routes/policy-routes.ts'
import { safetyHeaders } from './safety-headers.ts'
import { sessionRoutes } from './routes/session-routes.ts'
import { transferRoutes } from './routes/transfer-routes.ts'
import { transcriptRoutes } from './routes/transcript-routes.ts'
import { trustRoutes } from './routes/trust-routes.ts'
import { usageRoutes } from './routes/usage-routes.ts'
import type { LiveCounts, ServerDeps } from './server-deps.ts'
import { staticFiles } from './static-files.ts'

const maxBodyBytes = 2 * 1024 * 1024

export interface App {
  readonly hono: Hono
  readonly guard: Guard
  readonly routes: readonly Route[]
  /** Connections now open, for the status. */
  readonly counts: LiveCounts
}

/** The whole HTTP side. Decides nothing: it checks who knocks and what comes in, and hands on to the engine. */
export function createApp(deps: ServerDeps): App {
  const guard = new Guard(deps)
  const counts: LiveCounts = { sockets: 0, streams: 0 }
  const hono = new Hono()
  const routes: Route[] = [...metaRoutes(deps, guard, counts), ...sessionRoutes(deps), ...trustRoutes(deps), ...policyRoutes(deps), ...transcriptRoutes(deps, counts), ...transferRoutes(deps), ...attachmentRoutes(deps), ...usageRoutes(deps)]
  routes.push(documentRoute(routes))

  hono.use(async (context, next) => {
    await next()
    // A stream has sent its headers itself; made anew, the mark that says so would be lost.
    if (context.res === RESPONSE_ALREADY_SENT) return
    for (const [name, value] of Object.entries(safetyHeaders)) context.res.headers.set(name, value)
  })
  hono.use(async (context, next) => {
    guard.checkPlace(knockOf(context))
    await next()
  })
  const limit = bodyLimit({
    maxSize: maxBodyBytes,
    onError: () => {
      throw new AppError('too_large', `The body is over ${maxBodyBytes} bytes.`)
    },
  })
  for (const row of routes) register(hono, row, guard, row.path === '/v1/import' ? undefined : limit)
  hono.all('/v1/*', () => {
    throw new AppError('not_found', 'There is no such route. GET /v1/openapi.json lists them.')
  })
  hono.get('*', staticFiles(deps.webDir))
  hono.onError((error, context) => {
    const { status, body } = errorReply(error, deps.report)
    return context.json(body, status)
  })
  hono.notFound((context) => context.json({ error: { code: 'not_found', message: 'There is nothing here.' } }, 404))
  return { hono, guard, routes, counts }
}

export function knockOf(context: Context): Knock {
  return {
    host: context.req.header('host'), origin: context.req.header('origin'), authorization: context.req.header('authorization'),
    cookie: context.req.header('cookie'), fetchSite: context.req.header('sec-fetch-site'),
  }
}

function register(hono: Hono, row: Route, guard: Guard, limit: ReturnType<typeof bodyLimit> | undefined): void {
  const path = row.path.replaceAll(/\{(\w+)\}/g, ':$1')
  if (limit !== undefined && row.body !== undefined) hono.on(row.method, path, limit)
  hono.on(row.method, path, async (context) => {
    const by = row.open === true ? ({ kind: 'user', id: 'anonymous' } as const) : guard.checkToken(knockOf(context))
    const query = row.query === undefined ? undefined : parseInput(row.query, context.req.query(), 'query')
    const body = row.body === undefined ? undefined : parseInput(row.body, await readJson(context), 'body')
    const answer = await row.handle({ params: context.req.param(), query, body, by, context })
    // A row without a JSON reply answers with a Response itself. (`instanceof` fails: the adapter has a class of its own.)
    if (row.reply === undefined) return answer as Response
    // `status` is a literal of the row; hono's type wants the exact union.
    return context.json(answer as object, (row.status ?? 200) as 200)
  })
}

async function readJson(context: Context): Promise<unknown> {
  const type = context.req.header('content-type') ?? ''
  // A form of another site can not send this type without asking first.
  if (!/^application\/(json|merge-patch\+json)\b/i.test(type)) {
    throw new AppError('invalid', 'body: send it as application/json')
  }
  const text = await context.req.text()
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid', `body: not JSON (${cause instanceof Error ? cause.message : 'unreadable'})`, { cause })
  }
}

function documentRoute(routes: readonly Route[]): Route {
  return route({
    method: 'get', path: '/v1/openapi.json', summary: 'This document.', open: true, reply: z.record(z.string(), z.unknown()),
    handle: async () => openApiDocument(routes),
  })
}
