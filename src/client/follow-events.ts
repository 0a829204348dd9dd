import { readServerSentEvents } from '../base/server-sent-events.ts'
import { AppError } from '../spec/app-error.ts'
import { Envelope } from '../spec/events/envelope.ts'
import type { Clock } from '../spec/ports/clock.ts'
import { Delta } from '../spec/view/transcript-item.ts'

export type Followed = { readonly type: 'event'; readonly event: Envelope } | { readonly type: 'delta'; readonly delta: Delta } | { readonly type: 'reconnecting'; readonly reason: string }

export interface FollowOptions {
  readonly baseUrl: string
  readonly token: string
  readonly session: string
  /** Last event that is known already. */
  readonly after: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly fetch?: typeof fetch
}

const maxLineBytes = 16 * 1024 * 1024
const firstRetryMs = 100
const lastRetryMs = 3_000

/**
 * A session's events from `after` on, then live, over server-sent events; goes on by itself after a lost connection,
 * without gap or duplicate. Ends when `signal` aborts.
 * @throws {AppError} when the server refuses (wrong token, unknown session).
 */
export async function* followEvents(options: FollowOptions): AsyncGenerator<Followed> {
  let after = options.after
  let retryMs = firstRetryMs
  while (!options.signal.aborted) {
    try {
      for await (const followed of connect(options, after)) {
        retryMs = firstRetryMs
        if (followed.type === 'event') {
          if (followed.event.seq <= after) continue
          after = followed.event.seq
        }
        yield followed
      }
    } catch (error) {
      if (options.signal.aborted) return
      if (error instanceof AppError) throw error
      yield { type: 'reconnecting', reason: error instanceof Error ? error.message : String(error) }
    }
    await pause(options.clock, retryMs, options.signal)
    retryMs = Math.min(retryMs * 2, lastRetryMs)
  }
}

async function* connect(options: FollowOptions, after: number): AsyncGenerator<Followed> {
  const { baseUrl, token, session, signal } = options
  const response = await (options.fetch ?? fetch)(`${baseUrl}/v1/sessions/${encodeURIComponent(session)}/events`, {
    headers: { authorization: `Bearer ${token}`, 'last-event-id': String(after) }, signal,
  })
  if (!response.ok || response.body === null) {
    const { error } = (await response.json().catch(() => ({ error: { message: response.statusText } }))) as { error: { message: string } }
    if (response.status >= 500) throw new Error(error.message)
    throw new AppError(response.status === 401 ? 'unauthorized' : 'not_found', error.message)
  }
  for await (const { event, data } of readServerSentEvents(response.body, maxLineBytes)) {
    const parsed: unknown = JSON.parse(data)
    yield event === 'delta' ? { type: 'delta', delta: Delta.parse(parsed) } : { type: 'event', event: Envelope.parse(parsed) }
  }
}

function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(delayMs, resolve)
    signal.addEventListener('abort', () => {
      cancel()
      resolve()
    }, { once: true })
  })
}
