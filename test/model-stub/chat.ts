import { type Dialect, type Frame, list, properties, text, usage } from './dialect.ts'
import { type Call, pieces } from './plan.ts'

/** OpenAI Chat Completions. */
export const chat: Dialect = {
  path: /\/chat\/completions(\?|$)/,
  read(body) {
    const messages = list(body['messages'])
    const said = (message: Record<string, unknown> | undefined) => (typeof message?.['content'] === 'string' ? message['content'] : list(message?.['content']).map((part) => text(part['text'])).join('\n'))
    const planned = messages.findLastIndex((message) => message['role'] === 'user' && said(message).includes('PLAN:['))
    const last = planned === -1 ? messages.findLastIndex((message) => message['role'] === 'user') : planned
    return {
      model: text(body['model']), prompt: said(messages[last]), stream: body['stream'] === true,
      callsDone: messages.slice(last).flatMap((message) => list(message['tool_calls'])).length,
      tools: list(body['tools']).map((tool) => (tool['function'] ?? {}) as Record<string, unknown>).map((tool) => ({ name: text(tool['name']), properties: properties(tool['parameters']) })),
    }
  },
  frames(reply, { model }) {
    const chunk = (delta: object, finish: string | null = null): Frame => ({ data: { id: `chat_${reply.id}`, object: 'chat.completion.chunk', model, choices: [{ index: 0, delta, finish_reason: finish }] } })
    const frames: Frame[] = [chunk({ role: 'assistant', content: '' }), ...(reply.think === '' ? [] : [chunk({ reasoning_content: reply.think })]), ...pieces(reply.say, reply.deltas).map((content) => chunk({ content }))]
    if (reply.ending !== 'whole') return [...frames, 'pause']
    for (const [index, call] of reply.calls.entries()) frames.push(chunk({ tool_calls: [{ index, ...toolCall(call) }] }))
    frames.push(chunk({}, reply.calls.length === 0 ? 'stop' : 'tool_calls'), { data: { id: `chat_${reply.id}`, object: 'chat.completion.chunk', model, choices: [], usage: tokens } }, { data: '[DONE]' })
    return frames
  },
  whole: (reply, { model }) => ({
    id: `chat_${reply.id}`, object: 'chat.completion', model, usage: tokens,
    choices: [{ index: 0, finish_reason: reply.calls.length === 0 ? 'stop' : 'tool_calls', message: { role: 'assistant', content: reply.say, ...(reply.calls.length === 0 ? {} : { tool_calls: reply.calls.map(toolCall) }) } }],
  }),
  error: (_status, message) => ({ error: { message, type: 'invalid_request_error' } }),
}

const tokens = { prompt_tokens: usage.input, completion_tokens: usage.output, total_tokens: usage.input + usage.output, prompt_tokens_details: { cached_tokens: usage.cacheRead } }
const toolCall = ({ id, tool, input }: Call) => ({ id, type: 'function', function: { name: tool, arguments: JSON.stringify(input) } })
