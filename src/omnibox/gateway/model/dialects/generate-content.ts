import { z } from 'zod'
import type { Usage } from '../../../../spec/events/usage.ts'
import { estimateRequest, isObject, type Media, member, textOf } from '../request/estimate-request.ts'
import { clipTokens, documentTokens, wholeWindow } from '../request/media-bounds.ts'
import { isSideCall } from '../request/side-call.ts'
import { countParts } from './count-parts.ts'
import type { AnswerError, Dialect, JsonObject, Meter } from './dialect.ts'
import { count, limit } from './json-shapes.ts'
import { ownFrames, ownJson } from './own-json.ts'

/**
 * The generateContent API, v1beta: `POST …/models/MODEL:generateContent`, and `:streamGenerateContent`, which answers with
 * server-sent events (`alt=sse`) or with one JSON array that grows. Each piece is a whole answer whose counts are those so far.
 * The programs' own sign-in has the same one level deeper: `…/v1internal:generateContent`, `{model, request}` and `{response}`.
 * Names are in camelCase or snake_case, both are taken.
 * @see docs/model-gateway.md, Sources
 */
export const generateContent: Dialect = {
  id: 'generate-content',
  recognise(method, path) {
    if (method === 'GET') return /\/models(\/[^/]+)?$/.test(path) ? 'free' : undefined
    const action = method === 'POST' ? (/\/(?:(?:models|tunedModels)\/[^/:]+|v1internal):(\w+)$/.exec(path)?.[1] ?? '') : ''
    if (action === 'generateContent' || action === 'streamGenerateContent') return 'call'
    return /^(countTokens|loadCodeAssist|onboardUser|retrieveUserQuota)$/.test(action) ? 'free' : undefined
  },
  readRequest(body, path) {
    const request = isObject(body['request']) ? body['request'] : body
    const model = (/\/(?:models|tunedModels)\/([^/:]+):/.exec(path)?.[1] ?? textOf(body['model'])).replace(/^models\//, '')
    if (model === '' || model.length > 200) return { problem: 'The request can not be read: "model" is missing or not right.' }
    const most = largest(request, 'maxOutputTokens', 'max_output_tokens')
    const hasTools = Array.isArray(request['tools']) && request['tools'].length > 0
    const cached = [request['cachedContent'], request['cached_content']].some((each) => each !== undefined && each !== null)
    const inputTokens = estimateRequest(body, media) + (cached ? wholeWindow : 0)
    return {
      model, stream: path.endsWith(':streamGenerateContent'), hasTools, inputTokens,
      isSideCall: isSideCall({ hasTools, limit: most, inputTokens, structured: settings(request, 'responseMimeType', 'response_mime_type').includes('application/json') }),
      maxOutput: (most ?? defaultOutput) * Math.max(1, largest(request, 'candidateCount', 'candidate_count') ?? 1),
    }
  },
  createMeter,
  refusal(message, { headersSent }) {
    const body = { error: { code: 402, message, status: 'FAILED_PRECONDITION' } }
    return headersSent ? ownFrames(`data: ${JSON.stringify(body)}\n\n`) : ownJson(402, body)
  },
}

/** The largest answer that a model gives, thoughts included. */
const defaultOutput = 65_536
/** A tile is 258 tokens, and no image has more than sixteen; newer models take 2,240 at most. */
const imageTokens = 4_200
/** A page is an image; the text in it is not counted. */
const pdf = { perPage: 1_120, maxPages: 1_000 }

/** Of a setting that may be given by two names: whichever the service takes, it is no more. */
function largest(request: JsonObject, camel: string, snake: string): number | undefined {
  const given = settings(request, camel, snake).map((value) => limit.parse(value)).filter((value) => value !== undefined)
  return given.length === 0 ? undefined : Math.max(...given)
}

function settings(request: JsonObject, camel: string, snake: string): readonly unknown[] {
  return [request['generationConfig'], request['generation_config']].flatMap((config) => [member(config, camel), member(config, snake)])
}

function media(part: JsonObject): Media | undefined {
  const inline = part['inlineData'] ?? part['inline_data']
  if (isObject(part['fileData'] ?? part['file_data'])) return { tokens: wholeWindow, without: [] }
  if (!isObject(inline)) return undefined
  const type = textOf(inline['mimeType'] ?? inline['mime_type'])
  const without = ['inlineData', 'inline_data']
  if (type.startsWith('image/')) return { tokens: imageTokens, without }
  if (type === 'application/pdf') return { tokens: documentTokens(inline['data'], pdf), without }
  // Anything else that is no clip is read as text, and base64 is longer than what it holds.
  return type.startsWith('audio/') || type.startsWith('video/') ? { tokens: clipTokens(inline['data']), without } : undefined
}

const Told = z.object({ promptTokenCount: count, candidatesTokenCount: count, cachedContentTokenCount: count, thoughtsTokenCount: count, toolUsePromptTokenCount: count })
type Told = z.infer<typeof Told>

function createMeter(): Meter {
  let model: string | undefined
  let told: Told | undefined
  let [complete, outputBytes] = [false, 0]
  let error: AnswerError | undefined
  return {
    take({ data }) {
      const answer = isObject(member(data, 'response')) ? member(data, 'response') : data
      model = textOf(member(answer, 'modelVersion')) || model
      const failed = member(data, 'error')
      if (isObject(failed)) error = { type: textOf(failed['status']), message: textOf(failed['message']) }
      const usage = member(answer, 'usageMetadata')
      if (isObject(usage)) told = Told.safeParse(usage).data ?? told
      const candidates = member(answer, 'candidates')
      for (const candidate of Array.isArray(candidates) ? (candidates as readonly unknown[]) : []) {
        complete ||= textOf(member(candidate, 'finishReason')) !== ''
        outputBytes += partBytes(member(member(candidate, 'content'), 'parts'))
      }
      complete ||= textOf(member(member(answer, 'promptFeedback'), 'blockReason')) !== ''
    },
    tally: () => ({
      complete: complete && told !== undefined, outputBytes, ...(model === undefined ? {} : { model }),
      ...(told === undefined ? {} : { told: usageOf(told) }), ...(error === undefined ? {} : { error }),
    }),
  }
}

/** Thoughts and what tools gave the prompt are counted beside the rest. */
function usageOf(told: Told): Usage {
  const { promptTokenCount: prompt = 0, toolUsePromptTokenCount: toolUse = 0, candidatesTokenCount: candidates = 0, thoughtsTokenCount: reasoning = 0 } = told
  return countParts({ prompt: prompt + toolUse, output: candidates + reasoning, cacheRead: told.cachedContentTokenCount, reasoning })
}

function partBytes(parts: unknown): number {
  if (!Array.isArray(parts)) return 0
  return (parts as readonly unknown[]).reduce<number>((sum, part) => {
    const call = member(part, 'functionCall')
    return sum + Buffer.byteLength(textOf(member(part, 'text'))) + (call === undefined ? 0 : Buffer.byteLength(JSON.stringify(call)))
  }, 0)
}
