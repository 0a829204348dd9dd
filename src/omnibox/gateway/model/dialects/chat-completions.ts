import { z } from 'zod'
import type { Usage } from '../../../../spec/events/usage.ts'
import { estimateRequest, isObject, type Media, member, textOf } from '../request/estimate-request.ts'
import { clipTokens, documentTokens } from '../request/media-bounds.ts'
import { isSideCall } from '../request/side-call.ts'
import { countParts } from './count-parts.ts'
import type { AnswerError, Dialect, JsonObject, Meter } from './dialect.ts'
import { imageTokens, pdf } from './image-bounds.ts'
import { count, limit, name, problemOf } from './json-shapes.ts'
import { ownFrames, ownJson } from './own-json.ts'

/**
 * Chat Completions, as many services speak it: `POST …/chat/completions`, answered by a completion or by unnamed server-sent
 * events that end with `[DONE]`. `prompt_tokens` holds the cached ones. A stream tells its usage only when it is asked to.
 * @see docs/model-gateway.md, Sources
 */
export const chatCompletions: Dialect = {
  id: 'chat-completions',
  recognise(method, path) {
    if (method === 'POST') return path.endsWith('/chat/completions') ? 'call' : undefined
    return method === 'GET' && /\/models(\/.+)?$/.test(path) ? 'free' : undefined
  },
  readRequest(body) {
    const request = Request.safeParse(body)
    if (!request.success) return { problem: problemOf(request.error) }
    const { model, stream, max_completion_tokens: most, max_tokens: older, tools, functions, n } = request.data
    const hasTools = (tools?.length ?? 0) + (functions?.length ?? 0) > 0
    const own = most === undefined && older === undefined ? undefined : Math.max(most ?? 0, older ?? 0)
    const inputTokens = estimateRequest(body, mediaFor(model))
    return {
      model, stream: stream === true, hasTools, inputTokens, maxOutput: (own ?? defaultOutput) * Math.max(1, n ?? 1),
      isSideCall: isSideCall({ hasTools, limit: own, inputTokens, structured: textOf(member(body['response_format'], 'type')).startsWith('json') }),
    }
  },
  askForUsage(body) {
    const options = body['stream_options']
    if (body['stream'] !== true || member(options, 'include_usage') === true) return undefined
    return { ...body, stream_options: { ...(isObject(options) ? options : {}), include_usage: true } }
  },
  createMeter,
  refusal(message, { headersSent }) {
    const body = { error: { message, type: 'billing_error', param: null, code: 'refused' } }
    return headersSent ? ownFrames(`data: ${JSON.stringify(body)}\n\n`) : ownJson(402, body)
  },
}

/** The largest answer that the larger services' models give. */
const defaultOutput = 128_000

const Request = z.object({
  model: name, stream: z.boolean().nullish(), max_completion_tokens: limit, max_tokens: limit, n: limit,
  tools: z.array(z.unknown()).nullish(), functions: z.array(z.unknown()).nullish(),
})

const mediaFor = (model: string) => (part: JsonObject): Media | undefined => {
  switch (part['type']) {
    case 'image_url': return { tokens: imageTokens(model), without: ['image_url'] }
    case 'input_audio': return { tokens: clipTokens(member(part['input_audio'], 'data')), without: ['input_audio'] }
    case 'video_url': return { tokens: clipTokens(dataOf(member(part['video_url'], 'url'))), without: ['video_url'] }
    case 'file': return { tokens: documentTokens(member(part['file'], 'file_data'), pdf), without: ['file'] }
    default: return undefined
  }
}

/** What a `data:` address holds; any other address is not seen. */
const dataOf = (url: unknown): string | undefined => (textOf(url).startsWith('data:') ? textOf(url) : undefined)

const Told = z.object({
  prompt_tokens: count, completion_tokens: count, total_tokens: count,
  prompt_tokens_details: z.object({ cached_tokens: count, cache_write_tokens: count }).nullish().catch(undefined),
  completion_tokens_details: z.object({ reasoning_tokens: count }).nullish().catch(undefined),
  /** Instead of the details, at some services. */
  prompt_cache_hit_tokens: count,
})
type Told = z.infer<typeof Told>

function createMeter(): Meter {
  let model: string | undefined
  let told: Told | undefined
  let [complete, outputBytes] = [false, 0]
  let error: AnswerError | undefined
  const take = (choice: unknown) => {
    complete ||= textOf(member(choice, 'finish_reason')) !== ''
    outputBytes += messageBytes(member(choice, 'delta'))
  }
  return {
    take({ data }) {
      if (data === '[DONE]') complete = true
      model = textOf(member(data, 'model')) || model
      const failed = member(data, 'error')
      if (failed !== undefined && failed !== null) error = { type: textOf(member(failed, 'code')) || textOf(member(failed, 'type')), message: textOf(member(failed, 'message')) || textOf(failed) }
      const choices = member(data, 'choices')
      if (Array.isArray(choices)) for (const choice of choices as readonly unknown[]) take(choice)
      const usage = member(data, 'usage')
      if (isObject(usage)) told = Told.safeParse(usage).data ?? told
    },
    tally: () => ({
      complete: complete && told !== undefined, outputBytes, ...(model === undefined ? {} : { model }),
      ...(told === undefined ? {} : { told: usageOf(told) }), ...(error === undefined ? {} : { error }),
    }),
  }
}

/** Some services count reasoning beside the completion: their total shows it. */
function usageOf({ prompt_tokens: prompt = 0, completion_tokens: completion = 0, total_tokens: total, ...told }: Told): Usage {
  const reasoning = told.completion_tokens_details?.reasoning_tokens ?? 0
  const beside = reasoning > 0 && total === prompt + completion + reasoning
  return countParts({
    prompt, output: beside ? completion + reasoning : completion, reasoning,
    cacheRead: told.prompt_tokens_details?.cached_tokens ?? told.prompt_cache_hit_tokens, cacheWrite: told.prompt_tokens_details?.cache_write_tokens,
  })
}

function messageBytes(message: unknown): number {
  const calls = member(message, 'tool_calls')
  const functions = [member(message, 'function_call'), ...(Array.isArray(calls) ? calls.map((call: unknown) => member(call, 'function')) : [])]
  // Two names for the same thing: services that send both mean one.
  const reasoning = textOf(member(message, 'reasoning_content')) || textOf(member(message, 'reasoning'))
  const texts = [member(message, 'content'), member(message, 'refusal'), reasoning, ...functions.flatMap((each) => [member(each, 'name'), member(each, 'arguments')])]
  return texts.reduce<number>((sum, text) => sum + Buffer.byteLength(textOf(text)), 0)
}
