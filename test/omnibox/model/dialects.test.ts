import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimateTokens } from '../../../src/base/estimate-tokens.ts'
import { allDialects } from '../../../src/omnibox/gateway/model/dialects/all-dialects.ts'
import { type Dialect, type JsonObject, type ModelCall, paused } from '../../../src/omnibox/gateway/model/dialects/dialect.ts'
import type { DialectId } from '../../../src/spec/net/model-service.ts'
import { wholeWindow } from '../../../src/omnibox/gateway/model/request/media-bounds.ts'

const { messages, responses, 'chat-completions': chat, 'generate-content': content } = allDialects
const contentPath = '/v1beta/models/content-x:streamGenerateContent'

function asked(dialect: Dialect, body: JsonObject, path = contentPath): ModelCall {
  const call = dialect.readRequest(body, path)
  return 'problem' in call ? expect.fail(call.problem) : call
}

describe('what a request is', () => {
  it.each<[DialectId, string, string, 'call' | 'free' | undefined]>([
    ['messages', 'POST', '/v1/messages', 'call'], ['messages', 'POST', '/v1/messages/count_tokens', 'free'], ['messages', 'GET', '/v1/models', 'free'],
    ['messages', 'POST', '/v1/messages/batches', undefined], ['messages', 'POST', '/v1/files', undefined], ['messages', 'GET', '/v1/messages', undefined], ['messages', 'POST', '/api/event_logging/batch', undefined],
    ['responses', 'POST', '/v1/responses', 'call'], ['responses', 'POST', '/backend-api/codex/responses', 'call'], ['responses', 'POST', '/v1/responses/compact', 'call'],
    ['responses', 'POST', '/v1/responses/input_tokens', 'free'], ['responses', 'GET', '/v1/responses/resp_1', 'free'], ['responses', 'POST', '/v1/responses/resp_1/cancel', 'free'],
    ['responses', 'DELETE', '/v1/responses/resp_1', undefined], ['responses', 'POST', '/v1/embeddings', undefined],
    ['chat-completions', 'POST', '/api/v1/chat/completions', 'call'], ['chat-completions', 'GET', '/v1/models/a/b', 'free'], ['chat-completions', 'POST', '/v1/completions', undefined],
    ['generate-content', 'POST', '/v1beta/models/m:generateContent', 'call'], ['generate-content', 'POST', contentPath, 'call'], ['generate-content', 'POST', '/v1internal:streamGenerateContent', 'call'],
    ['generate-content', 'POST', '/v1beta/models/m:countTokens', 'free'], ['generate-content', 'POST', '/v1internal:loadCodeAssist', 'free'], ['generate-content', 'GET', '/v1beta/models', 'free'],
    ['generate-content', 'POST', '/v1beta/models/m:embedContent', undefined], ['generate-content', 'POST', '/v1beta/cachedContents', undefined],
  ])('of %s: %s %s is %s', (id, method, path, expected) => {
    expect(allDialects[id].recognise(method, path)).toBe(expected)
  })
})

describe('what a request may cost', () => {
  const text = 'x'.repeat(2_000)
  const tool = { name: 'sh', description: text }

  it.each<[string, Dialect, JsonObject]>([
    ['messages', messages, { model: 'm', max_tokens: 9, system: text, tools: [{ ...tool, input_schema: {} }], messages: [{ role: 'user', content: text }] }],
    ['responses', responses, { model: 'm', max_output_tokens: 9, instructions: text, tools: [tool], input: [{ role: 'user', content: [{ type: 'input_text', text }] }] }],
    ['chat-completions', chat, { model: 'm', max_completion_tokens: 9, tools: [{ type: 'function', function: tool }], messages: [{ role: 'system', content: text }, { role: 'user', content: text }] }],
    ['generate-content', content, { systemInstruction: { parts: [{ text }] }, tools: [{ functionDeclarations: [tool] }], contents: [{ parts: [{ text }] }], generationConfig: { maxOutputTokens: 9 } }],
  ])('counts texts, tools and the system prompt of %s, and little beside', (_name, dialect, body) => {
    const call = asked(dialect, body)
    expect(call.inputTokens).toBeGreaterThanOrEqual(3 * estimateTokens(text))
    expect(call.inputTokens).toBeLessThan(3 * estimateTokens(text) + 200)
    expect(call).toMatchObject({ maxOutput: 9, hasTools: true, isSideCall: false })
  })

  it('is the largest answer there is without a limit', () => {
    expect([asked(messages, { model: 'm' }), asked(responses, { model: 'm' }), asked(chat, { model: 'm', n: 3 }), asked(content, { generation_config: { candidate_count: 2 } })].map(({ maxOutput }) => maxOutput)).toEqual([128_000, 128_000, 384_000, 131_072])
  })

  it('takes the larger of two limits, by either of its names', () => {
    expect(asked(messages, { model: 'm', max_tokens: 4_000, thinking: { type: 'enabled', budget_tokens: 20_000 } }).maxOutput).toBe(20_000)
    expect(asked(chat, { model: 'm', max_tokens: 5, max_completion_tokens: 7 }).maxOutput).toBe(7)
    expect(asked(content, { generationConfig: { maxOutputTokens: 5 }, generation_config: { max_output_tokens: 8 } }).maxOutput).toBe(8)
  })

  it('names the model by the path, or by the body of a signed-in program', () => {
    expect(asked(content, { contents: [] })).toMatchObject({ model: 'content-x', stream: true })
    expect(asked(content, { model: 'models/content-y', request: { generationConfig: { maxOutputTokens: 3 }, tools: [{}] } }, '/v1internal:generateContent')).toMatchObject({ model: 'content-y', stream: false, maxOutput: 3, hasTools: true })
  })

  const data = 'A'.repeat(400_000)
  it.each<[string, number, Dialect, JsonObject]>([
    ['an image in messages', 5_000, messages, { messages: [{ content: [{ type: 'image', source: { type: 'base64', data } }] }] }],
    ['a PDF in messages', 300 * 8_000 > wholeWindow ? wholeWindow : 0, messages, { messages: [{ content: [{ type: 'document', source: { type: 'base64', data } }] }] }],
    ['a small PDF in messages', 8_000, messages, { messages: [{ content: [{ type: 'document', source: { type: 'base64', data: 'AAAA' } }] }] }],
    ['a document somewhere else', wholeWindow, messages, { messages: [{ content: [{ type: 'document', source: { type: 'url', url: 'https://x' } }] }] }],
    ['an image in responses', 10_000, responses, { input: [{ content: [{ type: 'input_image', image_url: `data:image/png;base64,${data}` }] }] }],
    ['a file in responses', 300 * 4_500 > wholeWindow ? wholeWindow : 0, responses, { input: [{ content: [{ type: 'input_file', file_data: data }] }] }],
    ['an earlier response', wholeWindow, responses, { previous_response_id: 'resp_1' }],
    ['an image in chat', 10_000, chat, { messages: [{ content: [{ type: 'image_url', image_url: { url: data } }] }] }],
    ['sound in chat', 18_750, chat, { messages: [{ content: [{ type: 'input_audio', input_audio: { data } }] }] }],
    ['an image in content', 4_200, content, { contents: [{ parts: [{ inline_data: { mime_type: 'image/png', data } }] }] }],
    ['sound in content', 18_750, content, { contents: [{ parts: [{ inlineData: { mimeType: 'audio/wav', data } }] }] }],
    ['a PDF in content', 300 * 1_120, content, { contents: [{ parts: [{ inlineData: { mimeType: 'application/pdf', data } }] }] }],
    ['a text as data in content', 200_000, content, { contents: [{ parts: [{ inlineData: { mimeType: 'text/plain', data } }] }] }],
    ['a file in content', wholeWindow, content, { contents: [{ parts: [{ fileData: { fileUri: 'gs://x' } }] }] }],
    ['a cached prompt', wholeWindow, content, { cachedContent: 'cachedContents/1' }],
  ])('bounds %s', (_name, tokens, dialect, body) => {
    const { inputTokens } = asked(dialect, { model: 'm', ...body })
    expect(inputTokens).toBeGreaterThanOrEqual(tokens)
    expect(inputTokens).toBeLessThan(tokens + 200)
  })

  it('survives any nesting', () => {
    const deep = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`) as unknown
    expect(asked(messages, { model: 'm', messages: deep }).inputTokens).toBeGreaterThan(0)
  })

  it('is never less than half the bytes of the texts in it', () => {
    fc.assert(fc.property(fc.constantFrom(messages, responses, chat), fc.array(fc.string({ unit: 'grapheme' })), (dialect, texts) => {
      expect(asked(dialect, { model: 'm', input: texts }).inputTokens).toBeGreaterThanOrEqual(estimateTokens(texts.join('')))
    }))
  })

  it.each([[messages, {}], [responses, { model: 5 }], [chat, { model: '' }]])('says what is wrong with a request that names no model', (dialect, body) => {
    expect(dialect.readRequest(body, '/')).toEqual({ problem: 'The request can not be read: "model" is missing or not right.' })
  })

  it('takes no answer in the background', () => {
    expect(responses.readRequest({ model: 'm', background: true }, '/')).toHaveProperty('problem')
  })
})

describe('a call beside the work', () => {
  it.each<[string, Dialect, JsonObject, boolean]>([
    ['a probe', messages, { max_tokens: 1, messages: [{ role: 'user', content: 'quota' }] }, true],
    ['a title in a form', messages, { max_tokens: 32_000, output_config: { format: { type: 'json_schema' } } }, true],
    ['a title in a form', responses, { text: { format: { type: 'json_schema' } } }, true],
    ['a title in a form', chat, { response_format: { type: 'json_object' } }, true],
    ['a title in a form', content, { generationConfig: { responseMimeType: 'application/json' } }, true],
    ['work without tools', messages, { max_tokens: 8_000, messages: [{ role: 'user', content: 'review this' }] }, false],
    ['a summary of much', messages, { max_tokens: 500, messages: [{ role: 'user', content: 'x'.repeat(100_000) }] }, false],
    ['work that offers tools', chat, { max_tokens: 500, tools: [{}] }, false],
  ])('%s', (_name, dialect, body, expected) => {
    expect(asked(dialect, { model: 'm', ...body }).isSideCall).toBe(expected)
  })
})

describe('no', () => {
  const before = { headersSent: false }
  it('is said to a client of messages', () => {
    expect(messages.refusal('Too dear.', before)).toEqual({ status: 402, headers: { 'content-type': 'application/json' }, body: '{"type":"error","error":{"type":"billing_error","message":"Too dear."}}' })
    expect(messages.refusal('Too dear.', { headersSent: true }).body).toBe('event: error\ndata: {"type":"error","error":{"type":"billing_error","message":"Too dear."}}\n\n')
  })
  it('is said to a client of responses, in nothing but words', () => {
    expect(responses.refusal('Too dear.', before)).toEqual({ status: 400, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'Too dear.' })
    expect(responses.refusal('Too dear.', { headersSent: true }).body).toMatch(/^event: response\.failed\ndata: .*"error":\{"code":"invalid_prompt","message":"Too dear\."\}.*\n\n$/)
  })
  it('is said to a client of chat', () => {
    expect(chat.refusal('Too dear.', before)).toMatchObject({ status: 402, body: expect.stringContaining('"message":"Too dear."') })
    expect(chat.refusal('Too dear.', { headersSent: true }).body).toMatch(/^data: \{"error":\{"message":"Too dear\.".*\}\n\n$/)
  })
  it('is said to a client of generated content', () => {
    expect(content.refusal('Too dear.', before)).toMatchObject({ status: 402, body: '{"error":{"code":402,"message":"Too dear.","status":"FAILED_PRECONDITION"}}' })
  })
  it('can not break out of its frame', () => {
    for (const dialect of Object.values(allDialects)) expect(dialect.refusal('a\n\ndata: {"x":1}\n\n', { headersSent: true }).body.split('\n\n')).toHaveLength(2)
  })
  it('or later, in the same form', () => {
    expect(paused(messages, 'the call is not decided yet.')).toMatchObject({ status: 402, body: expect.stringContaining('Waiting for approval: the call is not decided yet.') })
  })
})

describe('a chat stream', () => {
  it('is asked for its usage, whatever else it was asked for', () => {
    expect(chat.askForUsage?.({ stream: true, stream_options: { x: 1 } })).toEqual({ stream: true, stream_options: { x: 1, include_usage: true } })
    expect(chat.askForUsage?.({ stream: true, stream_options: { include_usage: true } })).toBeUndefined()
    expect(chat.askForUsage?.({ stream: false })).toBeUndefined()
  })
})
