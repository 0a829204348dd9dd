import { type Dialect, type Frame, list, properties, text, usage } from './dialect.ts'
import { pieces, type Reply, type Tool } from './plan.ts'

/** Anthropic Messages. */
export const anthropic: Dialect = {
  path: /\/v1\/messages(\?|$)/,
  read(body) {
    const messages = list(body['messages'])
    const blocks = messages.map((message) => ({ role: message['role'], content: typeof message['content'] === 'string' ? [{ type: 'text', text: message['content'] }] : list(message['content']) }))
    const said = (index: number) => (blocks[index]?.content ?? []).filter((block) => block['type'] === 'text').map((block) => text(block['text'])).join('\n')
    const planned = blocks.findLastIndex((block, index) => block.role === 'user' && said(index).includes('PLAN:['))
    const last = planned === -1 ? blocks.length - 1 : planned
    return {
      model: text(body['model']), prompt: said(last), stream: body['stream'] === true,
      callsDone: blocks.slice(last).flatMap((block) => block.content).filter((block) => block['type'] === 'tool_use').length,
      tools: [...list(body['tools']).map((tool) => ({ name: text(tool['name']), properties: properties(tool['input_schema']) })), ...deferred(JSON.stringify(messages))],
    }
  },
  frames(reply, { model }) {
    const frames: Frame[] = [start(reply, model)]
    let index = 0
    const block = (begin: object, deltas: object[]) => {
      frames.push(frame('content_block_start', { index, content_block: begin }))
      for (const delta of deltas) frames.push(frame('content_block_delta', { index, delta }))
      frames.push(frame('content_block_stop', { index }))
      index += 1
    }
    if (reply.think !== '') block({ type: 'thinking', thinking: '', signature: '' }, [{ type: 'thinking_delta', thinking: reply.think }, { type: 'signature_delta', signature: 'c2lnbmVk' }])
    if (reply.say !== '') {
      const deltas = pieces(reply.say, reply.deltas).map((piece) => ({ type: 'text_delta', text: piece }))
      if (reply.ending !== 'whole') {
        frames.push(frame('content_block_start', { index, content_block: { type: 'text', text: '' } }), ...deltas.map((delta) => frame('content_block_delta', { index, delta })), 'pause')
        return frames
      }
      block({ type: 'text', text: '' }, deltas)
    }
    if (reply.ending !== 'whole') return [...frames, 'pause']
    for (const call of reply.calls) block({ type: 'tool_use', id: `toolu_${call.id}`, name: call.tool, input: {} }, [{ type: 'input_json_delta', partial_json: JSON.stringify(call.input) }])
    frames.push(frame('message_delta', { delta: { stop_reason: stopReason(reply), stop_sequence: null }, usage: { output_tokens: usage.output } }), frame('message_stop', {}))
    return frames
  },
  whole: (reply, { model }) => ({
    id: `msg_${reply.id}`, type: 'message', role: 'assistant', model, stop_reason: stopReason(reply), stop_sequence: null, usage: tokens,
    content: [...(reply.say === '' ? [] : [{ type: 'text', text: reply.say }]), ...reply.calls.map((call) => ({ type: 'tool_use', id: `toolu_${call.id}`, name: call.tool, input: call.input }))],
  }),
  error: (status, message) => ({ type: 'error', error: { type: status === 429 ? 'rate_limit_error' : status >= 500 ? 'api_error' : 'invalid_request_error', message } }),
}

/** Tools that a program only names at first, one a line, for the model to look up. */
function deferred(said: string): Tool[] {
  const names = /deferred tools are now available[^:]*:(?:[^\n]*?)calling them:((?:\\n\w+)+)/.exec(said)?.[1] ?? ''
  return names.split('\\n').filter((name) => name !== '').map((name) => ({ name, properties: [] }))
}

const tokens = { input_tokens: usage.input, output_tokens: usage.output, cache_read_input_tokens: usage.cacheRead, cache_creation_input_tokens: 0 }
const stopReason = (reply: Reply) => (reply.calls.length === 0 ? 'end_turn' : 'tool_use')
const frame = (type: string, data: object): Frame => ({ event: type, data: { type, ...data } })
const start = ({ id }: Reply, model: string) => frame('message_start', { message: { id: `msg_${id}`, type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null, usage: { ...tokens, output_tokens: 1 } } })
