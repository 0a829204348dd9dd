import type { DialectId } from '../../../src/spec/net/model-service.ts'
import type { Usage } from '../../../src/spec/events/usage.ts'

/** An answer in the shape that the service gives it, and what it used. */
export interface RecordedAnswer {
  readonly name: string
  readonly dialect: DialectId
  readonly contentType: string
  readonly text: string
  readonly model: string
  readonly usage: Usage
}

type Frame = object | string
const sse = (...frames: readonly Frame[]) => frames.map((frame) => `data: ${typeof frame === 'string' ? frame : JSON.stringify(frame)}\n\n`).join('')
/** With names, CR LF and keep-alives, as one family of services sends them. */
const named = (...frames: readonly { readonly type: string }[]) => `: keep-alive\r\n\r\n${frames.map((frame) => `event: ${frame.type}\r\ndata: ${JSON.stringify(frame)}\r\n\r\n`).join('')}`
const stream = 'text/event-stream; charset=utf-8'
const json = 'application/json'

const messagesUsage = {
  input_tokens: 2_095, cache_creation_input_tokens: 1_200, cache_read_input_tokens: 30_000, cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 1_000 },
  service_tier: 'standard', server_tool_use: null,
}
const messagesTold: Usage = { input: 2_095, output: 503, cacheRead: 30_000, cacheWrite: 1_200, cacheWrite1h: 1_000 }
const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'sonnet-x', content: [{ type: 'text', text: 'Grüße, 价格 🚀' }], stop_reason: 'end_turn', stop_sequence: null }
const delta = (index: number, piece: object) => ({ type: 'content_block_delta', index, delta: piece })

const response = {
  id: 'resp_1', object: 'response', status: 'completed', model: 'gpt-x-2026', error: null, incomplete_details: null,
  output: [{ type: 'message', id: 'm', role: 'assistant', content: [{ type: 'output_text', text: 'Grüße {"usage":1}', annotations: [] }] }],
  usage: { input_tokens: 12_000, input_tokens_details: { cached_tokens: 10_240, cache_write_tokens: 512 }, output_tokens: 850, output_tokens_details: { reasoning_tokens: 640 }, total_tokens: 12_850 },
}
const responseTold: Usage = { input: 1_248, output: 850, cacheRead: 10_240, cacheWrite: 512, reasoning: 640 }

const chatUsage = { prompt_tokens: 1_500, completion_tokens: 60, total_tokens: 1_560, prompt_tokens_details: { cached_tokens: 1_024 }, completion_tokens_details: { reasoning_tokens: 20 } }
const chatTold: Usage = { input: 476, output: 60, cacheRead: 1_024, reasoning: 20 }
const chatChunk = (piece: object, finish: string | null = null, usage?: object | null) => ({ id: 'c', object: 'chat.completion.chunk', model: 'chat-x', choices: [{ index: 0, delta: piece, finish_reason: finish }], ...(usage === undefined ? {} : { usage }) })

const contentUsage = { promptTokenCount: 5_000, cachedContentTokenCount: 4_000, candidatesTokenCount: 70, thoughtsTokenCount: 300, toolUsePromptTokenCount: 11, totalTokenCount: 5_381 }
const contentTold: Usage = { input: 1_011, output: 370, cacheRead: 4_000, reasoning: 300 }
const content = (parts: readonly object[], more: object = {}, finish?: string) => ({ candidates: [{ index: 0, content: { role: 'model', parts }, ...(finish === undefined ? {} : { finishReason: finish }) }], modelVersion: 'content-x', ...more })
const contentPieces = [
  content([{ text: 'Ich denke "[{"', thought: true }], { usageMetadata: { promptTokenCount: 5_000, cachedContentTokenCount: 4_000, thoughtsTokenCount: 120, totalTokenCount: 5_120 } }),
  content([{ text: 'Grüße 🚀' }], { usageMetadata: { promptTokenCount: 5_000, cachedContentTokenCount: 4_000, candidatesTokenCount: 9, thoughtsTokenCount: 300, totalTokenCount: 5_309 } }),
  content([{ functionCall: { name: 'shell', args: { command: 'ls' } } }], { usageMetadata: contentUsage }, 'STOP'),
]

/** Each dialect whole and as a stream, with caches and reasoning. */
export const recordedAnswers: readonly RecordedAnswer[] = [
  { name: 'a message', dialect: 'messages', contentType: json, model: 'sonnet-x', usage: messagesTold, text: JSON.stringify({ ...message, usage: { ...messagesUsage, output_tokens: 503 } }) },
  {
    name: 'a stream of messages', dialect: 'messages', contentType: stream, model: 'sonnet-x', usage: messagesTold,
    text: named(
      { type: 'message_start', message: { ...message, content: [], usage: { ...messagesUsage, output_tokens: 1 } } } as { type: string }, { type: 'ping' },
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } } as { type: string },
      delta(0, { type: 'thinking_delta', thinking: 'Hm, 价格 …' }), delta(0, { type: 'signature_delta', signature: 'c2ln' }), { type: 'content_block_stop', index: 0 } as { type: string },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } } as { type: string }, delta(1, { type: 'text_delta', text: 'Grüße' }), { type: 'content_block_stop', index: 1 } as { type: string },
      { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', id: 't', name: 'Bash', input: {} } } as { type: string }, delta(2, { type: 'input_json_delta', partial_json: '{"command":"ls"}' }),
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 503 } } as { type: string }, { type: 'message_stop' },
    ),
  },
  {
    name: 'a message with compaction, billed by its iterations', dialect: 'messages', contentType: json, model: 'sonnet-x', usage: { input: 203_000, output: 4_500, cacheRead: 700 },
    text: JSON.stringify({ ...message, usage: { input_tokens: 23_000, output_tokens: 1_000, cache_read_input_tokens: 700, iterations: [{ type: 'compaction', input_tokens: 180_000, output_tokens: 3_500 }, { type: 'message', input_tokens: 23_000, output_tokens: 1_000 }] } }),
  },
  { name: 'a response', dialect: 'responses', contentType: json, model: 'gpt-x-2026', usage: responseTold, text: JSON.stringify(response) },
  {
    name: 'a stream of a response', dialect: 'responses', contentType: stream, model: 'gpt-x-2026', usage: responseTold,
    text: named(
      { type: 'response.created', response: { ...response, status: 'in_progress', output: [], usage: null } } as { type: string },
      { type: 'response.output_text.delta', output_index: 0, delta: 'Grüße 🚀' } as { type: string }, { type: 'response.function_call_arguments.delta', output_index: 1, delta: '{"a":1}' } as { type: string },
      { type: 'response.output_item.done', output_index: 2, item: { type: 'function_call', arguments: '{"whole":true}' } } as { type: string }, { type: 'response.completed', response } as { type: string },
    ),
  },
  {
    name: 'a stream of a response that was too long', dialect: 'responses', contentType: stream, model: 'gpt-x-2026', usage: responseTold,
    text: named({ type: 'response.output_text.delta', output_index: 0, delta: 'so' } as { type: string }, { type: 'response.incomplete', response: { ...response, status: 'incomplete' } } as { type: string }),
  },
  { name: 'a completion', dialect: 'chat-completions', contentType: json, model: 'chat-x', usage: chatTold, text: JSON.stringify({ id: 'c', object: 'chat.completion', model: 'chat-x', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Grüße' } }], usage: chatUsage }) },
  {
    name: 'a stream of a completion', dialect: 'chat-completions', contentType: stream, model: 'chat-x', usage: chatTold,
    text: sse(chatChunk({ role: 'assistant', content: '' }, null, null), chatChunk({ reasoning_content: 'Hm.' }, null, null), chatChunk({ content: 'Grüße 🚀' }, null, null), chatChunk({ tool_calls: [{ index: 0, function: { name: 'sh', arguments: '{"x":1}' } }] }, null, null), chatChunk({}, 'tool_calls', null), { id: 'c', model: 'chat-x', choices: [], usage: chatUsage }, '[DONE]'),
  },
  {
    name: 'a completion whose reasoning is counted beside it', dialect: 'chat-completions', contentType: json, model: 'chat-x', usage: { input: 100, output: 45, reasoning: 35 },
    text: JSON.stringify({ object: 'chat.completion', model: 'chat-x', choices: [{ index: 0, finish_reason: 'stop', message: { content: 'x' } }], usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 145, completion_tokens_details: { reasoning_tokens: 35 } } }),
  },
  { name: 'generated content', dialect: 'generate-content', contentType: json, model: 'content-x', usage: contentTold, text: JSON.stringify(content([{ text: 'Grüße' }], { usageMetadata: contentUsage }, 'STOP'), null, 2) },
  { name: 'a stream of generated content', dialect: 'generate-content', contentType: 'text/event-stream', model: 'content-x', usage: contentTold, text: sse(...contentPieces).replaceAll('\n\n', '\r\n\r\n') },
  { name: 'generated content as an array that grows', dialect: 'generate-content', contentType: json, model: 'content-x', usage: contentTold, text: `[${contentPieces.map((piece) => JSON.stringify(piece, null, 2)).join('\r\n,\r\n')}\r\n]` },
  { name: 'generated content of the program’s own sign-in', dialect: 'generate-content', contentType: 'text/event-stream', model: 'content-x', usage: contentTold, text: sse(...contentPieces.map((piece) => ({ response: piece, traceId: 't' }))) },
]
