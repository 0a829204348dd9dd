import { type Bytes, decodeBody } from './answer/decode-body.ts'
import { dropUsage } from './answer/drop-usage.ts'
import { isLimitError, readLimit } from './answer/read-limit.ts'
import { type AnswerReading, usageReader } from './answer/usage-reader.ts'
import type { Dialect, HeaderFields, ModelCall } from './dialects/dialect.ts'
import type { ForwardedRequest, ModelAnswer, ModelExchangeParts } from './model-traffic.ts'

interface Fetch {
  readonly parts: ModelExchangeParts
  readonly dialect: Dialect
  readonly asked: ModelCall
  readonly run: string
  readonly request: ForwardedRequest
  readonly dropUsage: boolean
  readonly cut: AbortSignal
}

interface Measured {
  /** Something is answered: `soFar` reads what, at any time. */
  measured(soFar: () => AnswerReading): void
  /** The answer has ended, or nobody reads it any more. */
  over(reading: AnswerReading): void
}

/** How much of an error is read for its words. */
const maxErrorBytes = 256 * 1024

/** Sends a call to its service and measures the answer while it passes. @throws when the service can not be reached */
export async function fetchAnswer(fetch: Fetch, measured: Measured): Promise<ModelAnswer> {
  const answer = await fetch.parts.forward(fetch.request, fetch.cut)
  if (answer.status >= 300) return failedAnswer(fetch, answer, measured)
  const encoding = fieldOf(answer.headers, 'content-encoding')
  const plain = decodeBody(answer.body, encoding)
  // What can not be decoded is counted by its length, as an answer that never comes to an end.
  const contentType = plain === undefined ? undefined : fieldOf(answer.headers, 'content-type')
  const reader = usageReader(fetch.dialect, { contentType, inputTokens: fetch.asked.inputTokens, maxOutput: fetch.asked.maxOutput })
  measured.measured(() => reader.end())
  const read = metered(plain ?? answer.body, { push: (chunk) => reader.push(chunk), over: () => {
    const reading = reader.end()
    if (reading.error !== undefined && isLimitError(`${reading.error.type} ${reading.error.message}`)) fetch.parts.limited({ run: fetch.run, message: reading.error.message.slice(0, 500) })
    measured.over(reading)
  } })
  const drops = fetch.dropUsage && contentType?.includes('event-stream') === true
  const changed = drops || (encoding !== undefined && plain !== undefined)
  return { status: answer.status, headers: changed ? without(answer.headers, ['content-length', 'content-encoding']) : answer.headers, body: drops ? dropUsage(read) : read }
}

async function* metered(body: Bytes, { push, over }: { push(chunk: Uint8Array): void; over(): void }): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      push(chunk)
      yield chunk
    }
  } finally {
    over()
  }
}

/** Costs nothing, as a redirection does, which nobody here follows. Its words are read, and then it goes on as it is. */
async function failedAnswer({ parts, run }: Fetch, answer: ModelAnswer, { over }: Measured): Promise<ModelAnswer> {
  const encoding = fieldOf(answer.headers, 'content-encoding')
  const source = (decodeBody(answer.body, encoding) ?? answer.body)[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  let bytes = 0
  let next = await source.next()
  for (; next.done !== true && bytes < maxErrorBytes; next = await source.next()) {
    chunks.push(next.value)
    bytes += next.value.length
  }
  const limit = readLimit({ status: answer.status, headers: answer.headers, body: Buffer.concat(chunks).toString('utf8') }, parts.clock.now())
  if (limit !== undefined) parts.limited({ run, ...limit })
  over({})
  const rest = async function* (): AsyncGenerator<Uint8Array> {
    yield* chunks
    for (; next.done !== true; next = await source.next()) yield next.value
  }
  return { status: answer.status, headers: encoding === undefined ? answer.headers : without(answer.headers, ['content-length', 'content-encoding']), body: rest() }
}

export const fieldOf = (headers: HeaderFields, name: string): string | undefined => [headers[name]].flat()[0]

export function without(headers: HeaderFields, names: readonly string[]): HeaderFields {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}
