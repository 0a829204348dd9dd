import { type Dialect, type Frame, list, properties, text, usage } from './dialect.ts'
import { type Call, pieces, type Reply } from './plan.ts'

/** OpenAI Responses. */
export const responses: Dialect = {
  path: /\/responses(\?|$)/,
  read(body) {
    const items = typeof body['input'] === 'string' ? [{ type: 'message', role: 'user', content: body['input'] }] : list(body['input'])
    const said = (item: Record<string, unknown> | undefined) => (typeof item?.['content'] === 'string' ? item['content'] : list(item?.['content']).map((part) => text(part['text'])).join('\n'))
    const planned = items.findLastIndex((item) => item['role'] === 'user' && said(item).includes('PLAN:['))
    const last = planned === -1 ? items.findLastIndex((item) => item['role'] === 'user') : planned
    return {
      model: text(body['model']), prompt: said(items[last]), stream: body['stream'] === true,
      callsDone: items.slice(last).filter((item) => item['type'] === 'function_call' || item['type'] === 'custom_tool_call').length,
      tools: list(body['tools']).flatMap((tool) => (tool['type'] === 'namespace' ? list(tool['tools']).map((each) => ({ ...toTool(each), namespace: text(tool['name']) })) : [toTool(tool)])),
    }
  },
  frames(reply, { model }) {
    const frames: Frame[] = [frame('response.created', { response: { id: `resp_${reply.id}`, object: 'response', created_at: 1_700_000_000, model, status: 'in_progress', output: [] } })]
    const output: object[] = []
    if (reply.think !== '') {
      const item = { type: 'reasoning', id: `rs_${reply.id}` }
      frames.push(frame('response.output_item.added', { output_index: 0, item: { ...item, summary: [] } }), frame('response.reasoning_summary_part.added', { item_id: item.id, output_index: 0, summary_index: 0, part: { type: 'summary_text', text: '' } }))
      frames.push(frame('response.reasoning_summary_text.delta', { item_id: item.id, output_index: 0, summary_index: 0, delta: reply.think }), frame('response.reasoning_summary_part.done', { item_id: item.id, output_index: 0, summary_index: 0, part: { type: 'summary_text', text: reply.think } }))
      output.push({ ...item, summary: [{ type: 'summary_text', text: reply.think }] })
      frames.push(frame('response.output_item.done', { output_index: 0, item: output[0] }))
    }
    const at = output.length
    if (reply.say !== '') {
      const item = { type: 'message', id: `msg_${reply.id}`, role: 'assistant' }
      frames.push(frame('response.output_item.added', { output_index: at, item: { ...item, status: 'in_progress', content: [] } }))
      for (const delta of pieces(reply.say, reply.deltas)) frames.push(frame('response.output_text.delta', { item_id: `msg_${reply.id}`, output_index: at, content_index: 0, delta }))
      if (reply.ending !== 'whole') return [...frames, 'pause']
      output.push({ ...item, status: 'completed', content: [{ type: 'output_text', text: reply.say, annotations: [] }] })
      frames.push(frame('response.output_item.done', { output_index: at, item: output[at] }))
    }
    if (reply.ending !== 'whole') return [...frames, 'pause']
    for (const call of reply.calls) {
      const item = callItem(call)
      frames.push(frame('response.output_item.added', { output_index: output.length, item }), frame('response.output_item.done', { output_index: output.length, item }))
      output.push(item)
    }
    frames.push(frame('response.completed', { response: completed(reply, model, output) }))
    return frames
  },
  whole: (reply, { model }) => completed(reply, model, [
    { type: 'message', id: `msg_${reply.id}`, role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: reply.say, annotations: [] }] }, ...reply.calls.map(callItem),
  ]),
  error: (_status, message) => ({ error: { message, type: 'invalid_request_error', code: null, param: null } }),
}

const frame = (type: string, data: object): Frame => ({ event: type, data: { type, ...data } })

const toTool = (tool: Record<string, unknown>) => ({ name: text(tool['name']) || text(tool['type']), properties: properties(tool['parameters']) })

function callItem({ id, tool, namespace, input }: Call): Record<string, unknown> {
  const shared = { id: `item_${id}`, call_id: id, name: tool, ...(namespace === undefined ? {} : { namespace }), status: 'completed' }
  return typeof input === 'string' ? { type: 'custom_tool_call', ...shared, input } : { type: 'function_call', ...shared, arguments: JSON.stringify(input) }
}

function completed(reply: Reply, model: string, output: readonly object[]) {
  return {
    id: `resp_${reply.id}`, object: 'response', created_at: 1_700_000_000, model, status: 'completed', output,
    usage: { input_tokens: usage.input, input_tokens_details: { cached_tokens: usage.cacheRead }, output_tokens: usage.output, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: usage.input + usage.output },
  }
}
