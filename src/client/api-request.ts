import { z } from 'zod'
import { ErrorBody } from '../spec/api/http.ts'
import { AppError, type ErrorCode } from '../spec/app-error.ts'
import type { Clock } from '../spec/ports/clock.ts'

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path from the root of the server, already encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
  /** A body that is sent as it is. */
  readonly bytes?: Blob | Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
  /** True for what may be sent twice because it carries its own id: repeated when the network fails. */
  readonly repeatable?: boolean
  readonly signal?: AbortSignal
}

export interface Transport {
  /** Without a slash at the end. */
  readonly baseUrl: string
  readonly token?: string
  readonly fetch: typeof fetch
  readonly clock: Clock
}

const codes = ['invalid', 'unauthorized', 'forbidden', 'untrusted', 'not_found', 'conflict', 'too_large', 'unavailable', 'unsupported', 'timeout', 'internal'] as const satisfies readonly ErrorCode[]
/** Waits between the tries of a repeatable request, in milliseconds. */
const retryDelaysMs = [200, 600, 1_800]

/** Sends one request and checks the answer. @throws {AppError} with the server's code; 'unavailable' when it does not answer. */
export async function askJson<Schema extends z.ZodType>(transport: Transport, request: ApiRequest, schema: Schema): Promise<z.output<Schema>> {
  const response = await askResponse(transport, request)
  const body: unknown = await response.json().catch((cause: unknown) => {
    throw new AppError('unavailable', 'The server sent something that is no JSON. Is another program on this address?', { cause })
  })
  const result = schema.safeParse(body)
  if (result.success) return result.data
  throw new AppError('unsupported', 'The server speaks another version than this client. Reload the page, or upgrade omni.', { cause: result.error })
}

/** The same for answers that are not JSON. */
export async function askResponse(transport: Transport, request: ApiRequest): Promise<Response> {
  const response = await send(transport, request)
  if (response.ok) return response
  throw await errorOf(response)
}

async function send(transport: Transport, request: ApiRequest): Promise<Response> {
  const delays = request.repeatable === true ? retryDelaysMs : []
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await transport.fetch(`${transport.baseUrl}${request.path}${queryText(request.query)}`, {
        method: request.method,
        credentials: 'same-origin',
        headers: {
          ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(request.bytes === undefined ? {} : { 'content-type': 'application/octet-stream' }),
          ...(transport.token === undefined ? {} : { authorization: `Bearer ${transport.token}` }),
          ...request.headers,
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        ...(request.bytes === undefined ? {} : { body: request.bytes }),
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      })
    } catch (cause) {
      if (request.signal?.aborted === true) throw cause
      const delayMs = delays[attempt]
      if (delayMs === undefined) throw new AppError('unavailable', 'The server does not answer. Is it running? (omni server status)', { cause })
      await new Promise<void>((resolve) => transport.clock.after(delayMs, resolve))
    }
  }
}

async function errorOf(response: Response): Promise<AppError> {
  // An answer that is not our error shape came from something in between, such as a proxy.
  const parsed = ErrorBody.safeParse(await response.json().catch(() => undefined))
  if (!parsed.success) return new AppError('unavailable', `The server answered ${response.status} without saying why.`)
  const { code, message, details } = parsed.data.error
  return new AppError(codes.find((known) => known === code) ?? 'internal', message, { details })
}

function queryText(query: ApiRequest['query']): string {
  const pairs = Object.entries(query ?? {}).filter((pair): pair is [string, string | number | boolean] => pair[1] !== undefined)
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}`
}
