import type { ClientRequest, IncomingMessage } from 'node:http'
import { pipeline, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { answerHeaders } from './forward-headers.ts'
import { headersOf } from './read-target.ts'
import type { Refusal } from './refusal.ts'
import { createScrubStream } from './scrub-stream.ts'
import type { Needle } from './secret-box.ts'
import { refusalOf, UpstreamError, type UpstreamRequest } from './upstream.ts'
import type { Passage, World } from './world.ts'

export interface Sending {
  readonly request: UpstreamRequest
  readonly hasBody: boolean
  /** What was read of the body already. */
  readonly prefix: Buffer | undefined
  readonly needles: readonly Needle[]
}

/** Sends a request on and its answer back, both as they come. A refusal is returned when the client has heard nothing yet. */
export async function relay(world: World, passage: Passage, sending: Sending): Promise<Refusal | undefined> {
  const first = await answerTo(world, passage, sending)
  // A pooled connection that the server closed in this very moment says nothing about the request.
  const answer = first.type === 'stale' ? await answerTo(world, passage, sending) : first
  return answer.type === 'response' ? passAnswer(passage, answer.response, sending.needles) : answer.refusal
}

/** Sends an answer on, unpacked and without secrets where there are any. A refusal is returned when it cannot be. */
export async function passAnswer(passage: Passage, response: IncomingMessage, needles: readonly Needle[]): Promise<Refusal | undefined> {
  const { incoming, outgoing } = passage
  if (outgoing.destroyed) {
    response.destroy()
    return undefined
  }
  const unpackers = needles.length === 0 || incoming.method === 'HEAD' ? [] : unpackersOf(response)
  if (unpackers === undefined) {
    response.destroy()
    return { status: 502, rule: 'gateway/encoding', message: 'The answer is packed in a way that cannot be searched for secrets.' }
  }
  try {
    outgoing.writeHead(response.statusCode ?? 502, answerHeaders(response.rawHeaders, { unpacked: unpackers.length > 0, scrub: (text) => scrubText(text, needles) }))
  } catch (error) {
    response.destroy()
    if (error instanceof Error && 'code' in error) return { status: 502, rule: 'gateway/malformed-answer', message: `The server's answer cannot be passed on (${String(error.code)}).` }
    throw error
  }
  // At once, also when the first event is long in coming; but in one piece with a body that is there already.
  setImmediate(() => {
    if (!outgoing.writableEnded && !outgoing.destroyed) outgoing.flushHeaders()
  })
  await passOn(response, [...unpackers, ...(needles.length === 0 ? [] : [createScrubStream(needles)])], passage)
  return undefined
}

type Answer =
  | { readonly type: 'response'; readonly response: IncomingMessage }
  | { readonly type: 'failed'; readonly refusal: Refusal }
  | { readonly type: 'stale'; readonly refusal: Refusal }

function answerTo(world: World, passage: Passage, sending: Sending): Promise<Answer> {
  const { incoming, outgoing, live } = passage
  const { promise, resolve } = Promise.withResolvers<Answer>()
  const request = world.upstream.open(sending.request)
  const cancels: (() => void)[] = []
  let settled = false
  const settle = (answer: Answer): void => {
    settled = true
    for (const cancel of cancels.splice(0)) cancel()
    resolve(answer)
  }
  const onGone = (): void => void request.destroy()
  live.addEventListener('abort', onGone, { once: true })
  if (live.aborted) onGone()
  request.once('close', () => live.removeEventListener('abort', onGone))
  request.on('error', (error) => {
    incoming.unpipe(request)
    const stale = request.reusedSocket && !sending.hasBody && repeatable.has(sending.request.method) && 'code' in error && error.code === 'ECONNRESET'
    settle({ type: stale && !live.aborted ? 'stale' : 'failed', refusal: refusalOf(error) })
  })
  request.once('response', (response) => settle({ type: 'response', response }))
  // Nobody asked for another protocol here.
  request.once('upgrade', (_response, socket) => {
    socket.destroy()
    settle({ type: 'failed', refusal: { status: 502, rule: 'gateway/malformed-answer', message: 'The server changed to another protocol without being asked.' } })
  })
  // An answer may have begun before the request was out: then nothing is waited for any more.
  request.once('finish', () => settled || cancels.push(world.clock.after(world.limits.answerMs, () => request.destroy(new UpstreamError({ status: 504, rule: 'gateway/answer-timeout', message: `No answer within ${world.limits.answerMs / 1_000} seconds.` })))))
  if (passage.expects && sending.prefix === undefined) passContinue(world, request, outgoing, cancels)
  sendBody(request, passage, sending)
  return promise
}

const repeatable = new Set(['GET', 'HEAD', 'OPTIONS'])
/** After this the body is sent without a word from the server, as RFC 9110 §10.1.1 advises. */
const continueMs = 1_000

function passContinue(world: World, request: ClientRequest, outgoing: Passage['outgoing'], cancels: (() => void)[]): void {
  let said = false
  const say = (): void => {
    if (said || outgoing.headersSent) return
    said = true
    outgoing.writeContinue()
  }
  request.once('continue', say)
  cancels.push(world.clock.after(continueMs, say))
  request.flushHeaders()
}

function sendBody(request: ClientRequest, { incoming }: Passage, { hasBody, prefix }: Sending): void {
  if (prefix !== undefined) request.write(prefix)
  if (!hasBody) {
    request.end()
    return
  }
  incoming.pipe(request)
  // Node keeps a head back until there is some body, which may be long in coming.
  setImmediate(() => {
    if (!request.writableEnded && !request.destroyed) request.flushHeaders()
  })
}

/** A cut on either side cuts the other: nobody takes a part for the whole. */
function passOn(response: IncomingMessage, changes: readonly Transform[], { incoming, outgoing }: Passage): Promise<void> {
  return new Promise((resolve) => {
    outgoing.once('close', () => {
      // An answer may come before the whole request: what is left of it is read and dropped, or the connection would stand still.
      if (!incoming.complete) incoming.unpipe().resume()
      response.destroy()
      resolve()
    })
    if (changes.length > 0) {
      pipeline([response, ...changes, outgoing], () => undefined) // It has ended `outgoing`, one way or the other.
      return
    }
    // Without `pipeline`, which costs a tenth of a small answer.
    response.on('error', () => outgoing.destroy())
    response.pipe(outgoing)
  })
}

/** What undoes the packing of an answer, last packing first; undefined for one that is not known. */
function unpackersOf(response: IncomingMessage): Transform[] | undefined {
  const names = headersOf(response, 'content-encoding').flatMap((value) => value.toLowerCase().split(',')).map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity')
  const known = names.toReversed().map((name) => unpackers[name]?.())
  return known.some((unpacker) => unpacker === undefined) ? undefined : known.filter((unpacker) => unpacker !== undefined)
}

const unpackers: Readonly<Record<string, (() => Transform) | undefined>> = Object.assign(Object.create(null) as object, {
  'gzip': () => createGunzip(), 'x-gzip': () => createGunzip(), 'deflate': () => createInflate(), 'br': () => createBrotliDecompress(), 'zstd': () => createZstdDecompress(),
})

export const scrubText = (text: string, needles: readonly Needle[]): string => needles.reduce((left, { find, put }) => left.replaceAll(find.toString('latin1'), put.toString('latin1')), text)
