import { z } from 'zod'
import type { Usage } from '../../../../spec/events/usage.ts'
import { estimateRequest, isObject, type Media, member, textOf } from '../request/estimate-request.ts'
import { documentTokens, wholeWindow } from '../request/media-bounds.ts'
import { isSideCall } from '../request/side-call.ts'
import type { Dialect, JsonObject, Meter } from './dialect.ts'
import { count, limit, merge, name, problemOf } from './json-shapes.ts'
import { ownFrames, ownJson } from './own-json.ts'

/**
 * The Messages API, version 2023-06-01 and its betas: `POST …/messages`, answered by a message or by named server-sent events
 * from `message_start` to `message_stop`. Counts of tokens are disjoint: `input_tokens` holds no cached ones.
 * @see docs/model-gateway.md, Sources
 */
export const messages: Dialect = {
  id: 'messages',
  recognise(method, path) {
    if (method === 'POST') return path.endsWith('/messages') ? 'call' : path.endsWith('/messages/count_tokens') ? 'free' : undefined
    return method === 'GET' && /\/models(\/[^/]+)?$/.test(path) ? 'free' : undefined
  },
  readRequest(body) {
    const request = Request.safeParse(body)
    if (!request.success) return { problem: problemOf(request.error) }
    const { model, stream, max_tokens: most, tools, thinking } = request.data
    const hasTools = (tools?.length ?? 0) > 0
    const inputTokens = estimateRequest(body, media)
    const structured = [body['output_format'], member(body['output_config'], 'format')].some(isObject)
    return {
      model, stream: stream === true, hasTools, inputTokens, isSideCall: isSideCall({ hasTools, limit: most, inputTokens, structured }),
      // With interleaved thinking the budget for it may be above the limit of the answer.
      maxOutput: Math.max(most ?? defaultOutput, thinking?.budget_tokens ?? 0),
    }
  },
  createMeter,
  refusal(message, { headersSent }) {
    const error = { type: 'error', error: { type: 'billing_error', message } }
    return headersSent ? ownFrames(`event: error\ndata: ${JSON.stringify(error)}\n\n`) : ownJson(402, error)
  },
}

/** The API wants a limit in each request; without one this is the largest that a model has. */
const defaultOutput = 128_000
/** 4,784 tokens is the most that the newest models make of one. */
const imageTokens = 5_000
/** Each page is read as text, up to 3,000 tokens, and as an image. */
const pdf = { perPage: 3_000 + imageTokens, maxPages: 600 }

const Request = z.object({
  model: name, stream: z.boolean().nullish(), max_tokens: limit, tools: z.array(z.unknown()).nullish(),
  thinking: z.object({ budget_tokens: limit }).nullish().catch(undefined),
})

function media(part: JsonObject): Media | undefined {
  const source = part['source']
  if (!isObject(source)) return undefined
  if (part['type'] === 'image') return { tokens: imageTokens, without: ['source'] }
  if (part['type'] !== 'document' || source['type'] === 'text' || source['type'] === 'content') return undefined
  return { tokens: source['type'] === 'base64' ? documentTokens(source['data'], pdf) : wholeWindow, without: ['source'] }
}

const Counts = z.object({
  input_tokens: count, output_tokens: count, cache_read_input_tokens: count, cache_creation_input_tokens: count,
  cache_creation: z.object({ ephemeral_1h_input_tokens: count }).nullish().catch(undefined),
  output_tokens_details: z.object({ thinking_tokens: count }).nullish().catch(undefined),
})
const Told = Counts.extend({ iterations: z.array(Counts.extend({ type: z.string().catch('') })).nullish().catch(undefined) })
type Told = z.infer<typeof Told>
type Counts = z.infer<typeof Counts>

function createMeter(): Meter {
  let model: string | undefined
  let told: Told | undefined
  let [complete, outputBytes] = [false, 0]
  let error: { readonly type: string; readonly message: string } | undefined
  const tell = (usage: unknown) => {
    const read = Told.safeParse(usage)
    // Later counts replace earlier ones, and leave out what has not changed.
    if (read.success) told = merge(told, read.data)
  }
  return {
    take({ data }) {
      switch (member(data, 'type')) {
        case 'message_start':
        case 'message': {
          const message = member(data, 'type') === 'message' ? data : member(data, 'message')
          model = textOf(member(message, 'model')) || model
          tell(member(message, 'usage'))
          complete ||= message === data
          return
        }
        case 'content_block_delta': {
          const delta = member(data, 'delta')
          for (const key of ['text', 'thinking', 'partial_json']) outputBytes += Buffer.byteLength(textOf(member(delta, key)))
          return
        }
        case 'message_delta': return tell(member(data, 'usage'))
        case 'message_stop':
          complete = true
          return
        case 'error':
          error = { type: textOf(member(member(data, 'error'), 'type')), message: textOf(member(member(data, 'error'), 'message')) }
          return
        default:
      }
    },
    tally: () => ({
      complete: complete && told !== undefined, outputBytes, ...(model === undefined ? {} : { model }),
      ...(told === undefined ? {} : { told: usageOf(told) }), ...(error === undefined ? {} : { error }),
    }),
  }
}

/**
 * With compaction the plain counts leave the compaction out: what is billed is the sum of the iterations. After a fallback to
 * another model they are the fallback's own.
 */
function usageOf({ iterations, ...plain }: Told): Usage {
  if (iterations === undefined || iterations === null || iterations.length === 0 || iterations.some(({ type }) => type === 'fallback_message')) return plainUsage(plain)
  const sum = iterations.map(plainUsage).reduce(add)
  const whole = plainUsage(plain)
  // Older answers give an iteration without its caches.
  return { ...sum, ...larger('cacheRead', sum, whole), ...larger('cacheWrite', sum, whole), ...larger('cacheWrite1h', sum, whole), ...larger('reasoning', sum, whole) }
}

function plainUsage(counts: Counts): Usage {
  const { input_tokens: input = 0, output_tokens: output = 0, cache_read_input_tokens: cacheRead = 0, cache_creation_input_tokens: cacheWrite = 0 } = counts
  const [long = 0, reasoning = 0] = [counts.cache_creation?.ephemeral_1h_input_tokens, counts.output_tokens_details?.thinking_tokens]
  return {
    input, output, ...(cacheRead > 0 ? { cacheRead } : {}), ...(cacheWrite > 0 ? { cacheWrite } : {}),
    ...(long > 0 ? { cacheWrite1h: long } : {}), ...(reasoning > 0 ? { reasoning } : {}),
  }
}

type Part = 'cacheRead' | 'cacheWrite' | 'cacheWrite1h' | 'reasoning'
const parts: readonly Part[] = ['cacheRead', 'cacheWrite', 'cacheWrite1h', 'reasoning']

function add(left: Usage, right: Usage): Usage {
  const sums = parts.map((part) => [part, (left[part] ?? 0) + (right[part] ?? 0)] as const).filter(([, tokens]) => tokens > 0)
  return { input: left.input + right.input, output: left.output + right.output, ...Object.fromEntries(sums) }
}

function larger(part: Part, left: Usage, right: Usage): Partial<Usage> {
  const tokens = Math.max(left[part] ?? 0, right[part] ?? 0)
  return tokens === 0 ? {} : { [part]: tokens }
}
