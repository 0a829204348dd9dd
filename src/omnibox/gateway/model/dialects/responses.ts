import { z } from 'zod'
import { estimateRequest, isObject, type Media, member, textOf } from '../request/estimate-request.ts'
import { clipTokens, documentTokens, wholeWindow } from '../request/media-bounds.ts'
import { isSideCall } from '../request/side-call.ts'
import { countParts } from './count-parts.ts'
import type { AnswerError, Dialect, JsonObject, Meter } from './dialect.ts'
import { imageTokens, pdf } from './image-bounds.ts'
import { count, limit, name, problemOf } from './json-shapes.ts'
import { ownFrames } from './own-json.ts'

/**
 * The Responses API: `POST …/responses` and `…/responses/compact`, answered by a response or by server-sent events from
 * `response.created` to `response.completed`, `.incomplete` or `.failed`. `input_tokens` holds the cached ones, `output_tokens` the reasoning.
 * @see docs/model-gateway.md, Sources
 */
export const responses: Dialect = {
  id: 'responses',
  recognise(method, path) {
    if (method === 'POST') return /\/responses(\/compact)?$/.test(path) ? 'call' : /\/responses\/(input_tokens|[^/]+\/cancel)$/.test(path) ? 'free' : undefined
    return method === 'GET' && /\/(models(\/[^/]+)?|responses\/[^/]+(\/input_items)?)$/.test(path) ? 'free' : undefined
  },
  readRequest(body) {
    const request = Request.safeParse(body)
    if (!request.success) return { problem: problemOf(request.error) }
    const { model, stream, max_output_tokens: most, tools, background } = request.data
    // It would be answered by another request, later: nobody would see what it used.
    if (background === true) return { problem: 'Answers in the background can not be metered. Ask without "background".' }
    const hasTools = (tools?.length ?? 0) > 0
    const unseen = [body['previous_response_id'], body['conversation'], body['prompt']].some((each) => each !== undefined && each !== null)
    const inputTokens = estimateRequest(body, mediaFor(model)) + (unseen ? wholeWindow : 0)
    const structured = textOf(member(member(body['text'], 'format'), 'type')).startsWith('json')
    return {
      model, stream: stream === true, hasTools, inputTokens, maxOutput: most ?? defaultOutput,
      isSideCall: isSideCall({ hasTools, limit: most, inputTokens, structured }),
    }
  },
  createMeter,
  refusal(message, { headersSent }) {
    // Clients show the whole body, so there is nothing around the words; with any other status or code some ask again.
    if (!headersSent) return { status: 400, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: message }
    const event = { type: 'response.failed', response: { id: 'resp_refused', object: 'response', status: 'failed', error: { code: 'invalid_prompt', message }, output: [], usage: null } }
    return ownFrames(`event: response.failed\ndata: ${JSON.stringify(event)}\n\n`)
  },
}

/** The largest answer that a model gives. */
const defaultOutput = 128_000

const Request = z.object({ model: name, stream: z.boolean().nullish(), max_output_tokens: limit, tools: z.array(z.unknown()).nullish(), background: z.boolean().nullish() })

const mediaFor = (model: string) => (part: JsonObject): Media | undefined => {
  switch (part['type']) {
    case 'input_image':
    case 'computer_screenshot': return { tokens: imageTokens(model), without: ['image_url'] }
    case 'image_generation_call': return { tokens: imageTokens(model), without: ['result'] }
    case 'input_file': return { tokens: documentTokens(part['file_data'], pdf), without: ['file_data', 'file_url'] }
    case 'input_audio': return { tokens: clipTokens(member(part['input_audio'], 'data')), without: ['input_audio'] }
    default: return undefined
  }
}

const Told = z.object({
  input_tokens: count, output_tokens: count,
  input_tokens_details: z.object({ cached_tokens: count, cache_write_tokens: count }).nullish().catch(undefined),
  output_tokens_details: z.object({ reasoning_tokens: count }).nullish().catch(undefined),
})

function createMeter(): Meter {
  let model: string | undefined
  let told: z.infer<typeof Told> | undefined
  let complete = false
  let error: AnswerError | undefined
  // By place in the answer: an item that is not told in pieces comes whole at its end.
  const written = new Map<unknown, number>()
  const read = (response: unknown) => {
    model = textOf(member(response, 'model')) || model
    const usage = member(response, 'usage')
    if (isObject(usage)) told = Told.safeParse(usage).data ?? told
    const failed = member(response, 'error')
    if (isObject(failed)) error = errorOf(failed)
  }
  return {
    take({ data }) {
      const type = textOf(member(data, 'type'))
      const at = member(data, 'output_index')
      if (isWhole(data)) {
        read(data)
        complete = true
      } else if (type.endsWith('.delta')) written.set(at, (written.get(at) ?? 0) + Buffer.byteLength(textOf(member(data, 'delta'))))
      else if (type === 'response.output_item.done') written.set(at, Math.max(written.get(at) ?? 0, itemBytes(member(data, 'item'))))
      else if (type === 'error') error = errorOf(isObject(member(data, 'error')) ? member(data, 'error') : data)
      else if (isObject(member(data, 'error')) && type === '') error = errorOf(member(data, 'error'))
      else {
        read(member(data, 'response'))
        complete ||= type === 'response.completed' || type === 'response.incomplete' || type === 'response.failed'
      }
    },
    tally: () => ({
      complete: complete && told !== undefined, outputBytes: [...written.values()].reduce((sum, bytes) => sum + bytes, 0),
      ...(model === undefined ? {} : { model }), ...(error === undefined ? {} : { error }),
      ...(told === undefined ? {} : { told: countParts({
        prompt: told.input_tokens ?? 0, output: told.output_tokens ?? 0, cacheRead: told.input_tokens_details?.cached_tokens,
        cacheWrite: told.input_tokens_details?.cache_write_tokens, reasoning: told.output_tokens_details?.reasoning_tokens,
      }) }),
    }),
  }
}

const isWhole = (data: unknown): boolean => /^response(\.compaction)?$/.test(textOf(member(data, 'object')))
const errorOf = (error: unknown): AnswerError => ({ type: textOf(member(error, 'code')) || textOf(member(error, 'type')), message: textOf(member(error, 'message')) })

function itemBytes(item: unknown): number {
  const content = member(item, 'content')
  const texts = [member(item, 'arguments'), member(item, 'input'), ...(Array.isArray(content) ? content.map((part: unknown) => member(part, 'text')) : [])]
  return texts.reduce<number>((sum, text) => sum + Buffer.byteLength(textOf(text)), 0)
}
