import { z } from 'zod'
import { AppError } from '../../spec/app-error.ts'
import { readLines } from '../../base/line-splitter.ts'
import { route, type Route } from '../route.ts'
import type { ServerDeps } from '../server-deps.ts'
import { id } from './session-routes.ts'

/** Whole trees in and out. */
export function transferRoutes(deps: ServerDeps): Route[] {
  return [
    route({
      method: 'get', path: '/v1/sessions/{session}/export', summary: 'The session’s tree with its blobs as JSON lines.', media: 'application/x-ndjson',
      handle: async ({ params }) => {
        const { tree } = await deps.engine.describe(id(params))
        const lines = deps.transfer.exportTree(tree)
        return new Response(streamOf(lines), { headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' } })
      },
    }),
    route({
      method: 'post', path: '/v1/import', summary: 'Takes in what an export wrote; all of it or nothing.', status: 201,
      reply: z.object({ tree: z.string(), session: z.string(), events: z.number() }),
      handle: async ({ context }) => {
        const { body } = context.req.raw
        if (body === null) throw new AppError('invalid', 'body: send the lines of an export')
        return deps.transfer.importTree(readLines(body, maxLineBytes))
      },
    }),
  ]
}

function streamOf(lines: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const iterator = lines[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(`${value}\n`))
    },
    async cancel() {
      await iterator.return?.()
    },
  })
}

/** A blob travels as one line. */
const maxLineBytes = 64 * 1024 * 1024
