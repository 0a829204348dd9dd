import type { Context } from 'hono'
import type { z } from 'zod'
import type { Author } from '../spec/events/envelope.ts'

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

export interface RouteInput<Query, Body> {
  readonly params: Readonly<Record<string, string>>
  readonly query: Parsed<Query>
  readonly body: Parsed<Body>
  /** Who asks. */
  readonly by: Author
  readonly context: Context
}

/**
 * One row of the API: what is registered, what the OpenAPI document says, what the fuzzer sends and what the access
 * test walks are all this row, so they can not differ.
 */
export interface Route<Query extends z.ZodType | undefined = z.ZodType | undefined, Body extends z.ZodType | undefined = z.ZodType | undefined> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** As in OpenAPI: `/v1/sessions/{session}`. */
  readonly path: string
  readonly summary: string
  /** True for what a browser needs before it has signed in. */
  readonly open?: boolean
  readonly query?: Query
  readonly body?: Body
  /** Schema of the JSON answer; undefined for streams, which name their media type. */
  readonly reply?: z.ZodType
  readonly media?: string
  readonly status?: number
  /** With `reply` the answer is sent as JSON; without it must be a Response. */
  handle(input: RouteInput<Query, Body>): Promise<unknown>
}

/** Ties the handler's types to the row's schemas. */
export function route<Query extends z.ZodType | undefined, Body extends z.ZodType | undefined>(row: Route<Query, Body>): Route {
  // `createApp` parses with these very schemas before it calls `handle`.
  return row
}
