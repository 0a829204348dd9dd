import type { IncomingMessage } from 'node:http'
import type { OwnRequest } from './intercept.ts'
import { usualPort } from '../../spec/net/usual-port.ts'
import { refusalOf, UpstreamError } from './upstream.ts'
import type { World } from './world.ts'

/** Sends a request of an interceptor's own. @throws {UpstreamError} when no answer comes. */
export function sendOwn({ upstream, configured, clock, limits }: Pick<World, 'upstream' | 'configured' | 'clock' | 'limits'>, own: OwnRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const { scheme = 'https' } = own
  const request = (own.configured === true ? configured : upstream).open({ scheme, host: own.host, port: own.port ?? usualPort(scheme), method: own.method, path: own.path, headers: own.headers })
  const stop = (): void => void request.destroy()
  const cancel = clock.after(limits.answerMs, () => request.destroy(new UpstreamError({ status: 504, rule: 'gateway/answer-timeout', message: `No answer within ${limits.answerMs / 1_000} seconds.` })))
  if (own.signal.aborted) stop()
  own.signal.addEventListener('abort', stop, { once: true })
  request.once('close', () => {
    cancel()
    own.signal.removeEventListener('abort', stop)
  })
  request.on('error', (error) => reject(error instanceof UpstreamError ? error : new UpstreamError(refusalOf(error), { cause: error })))
  request.once('response', (response) => {
    cancel()
    resolve(response)
  })
  request.end(own.body)
  return promise
}
