import type { ServiceFrames } from './model-service.ts'

/** A reply in the OpenAI Responses dialect, reasoning and several calls included. */
export const responsesFrames: ServiceFrames = ({ think, say, calls = [], input = 100, breaks }, number) => {
  const items = [
    ...(think === undefined ? [] : [{ type: 'reasoning', id: `rs_${number}`, summary: [{ type: 'summary_text', text: think }], encrypted_content: `sealed-${number}` }]),
    ...(say === undefined ? [] : [{ type: 'message', id: `msg_${number}`, role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: say, annotations: [] }] }]),
    ...calls.map(({ name, input: given }, index) => ({ type: 'function_call', id: `fc_${number}_${index}`, call_id: `call_${index}`, name, status: 'completed', arguments: typeof given === 'string' ? given : JSON.stringify(given) })),
  ]
  const response = { id: `resp_${number}`, object: 'response', created_at: 1, model: 'm' }
  const deltas = [
    ...(think === undefined ? [] : [{ type: 'response.reasoning_summary_text.delta', item_id: `rs_${number}`, output_index: 0, summary_index: 0, delta: think }]),
    ...(say === undefined ? [] : [{ type: 'response.output_text.delta', item_id: `msg_${number}`, output_index: think === undefined ? 0 : 1, content_index: 0, delta: say }]),
  ]
  const usage = { input_tokens: input, input_tokens_details: { cached_tokens: 0 }, output_tokens: 7, output_tokens_details: { reasoning_tokens: 3 }, total_tokens: input + 7 }
  const end = breaks === undefined
    ? { type: 'response.completed', response: { ...response, status: 'completed', output: items, usage } }
    : breaks.startsWith('failed: ')
      ? { type: 'response.failed', response: { ...response, status: 'failed', output: [], error: { code: 'invalid_prompt', message: breaks } } }
      : { type: 'error', code: 'invalid_request_error', message: breaks, param: null }
  return [{ type: 'response.created', response: { ...response, status: 'in_progress', output: [] } }, ...deltas, ...items.map((item, index) => ({ type: 'response.output_item.done', output_index: index, item })), end]
}
