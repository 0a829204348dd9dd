import { z } from 'zod'
import type { Answer } from '../../child-loop/program/answer.ts'
import type { Part } from '../../child-loop/program/conversation.ts'
import { count, type JsonRecord, record, records, text } from '../../json-program.ts'

/** What the library says at the end of a model call, in our words. */
export function readAnswer(response: JsonRecord, cut: boolean): Answer {
  const usage = record(response['usage'])
  const [input, output] = [count(usage['inputTokens']), count(usage['outputTokens'])]
  const cacheRead = count(details(usage['inputTokensDetails'])['cached_tokens'])
  const reasoning = count(details(usage['outputTokensDetails'])['reasoning_tokens'])
  return {
    parts: records(response['output']).flatMap(partsOf), cut, total: input + output,
    usage: { input: Math.max(0, input - cacheRead), output, ...(cacheRead === 0 ? {} : { cacheRead }), ...(reasoning === 0 ? {} : { reasoning }) },
  }
}

const details = (value: unknown): JsonRecord => record(Array.isArray(value) ? value[0] : value)

function partsOf(item: JsonRecord): Part[] {
  switch (item['type']) {
    case 'message': return [{ type: 'text', text: records(item['content']).map((part) => text(part['text']) || text(part['refusal'])).join('') }]
    case 'function_call': return [{ type: 'call', call: text(item['callId']), tool: text(item['name']), input: parse(text(item['arguments'])) }]
    case 'reasoning': {
      const said = [...records(item['content']), ...records(item['rawContent'])].map((part) => text(part['text'])).join('\n\n')
      const [id, encrypted] = [text(item['id']), text(record(item['providerData'])['encrypted_content'])]
      return [{ type: 'reasoning', text: said, ...(encrypted === '' ? {} : { meta: { sdk: { id, encrypted } } }) }]
    }
    default: return []
  }
}

function parse(input: string) {
  try {
    return z.json().parse(JSON.parse(input))
  } catch {
    // No JSON: the model is told so when the call is looked at.
    return null
  }
}
