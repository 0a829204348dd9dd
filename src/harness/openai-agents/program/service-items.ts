import type { ModelChoice } from '../../child-loop/model-choice.ts'
import { type AssistantMessage, type Part } from '../../child-loop/program/conversation.ts'
import type { ShownMessage } from '../../child-loop/program/shown-messages.ts'

/** The conversation as the library takes it: a list of items. */
export function serviceItems(messages: readonly ShownMessage[], choice: ModelChoice): object[] {
  return messages.flatMap((message): object[] => {
    switch (message.role) {
      case 'user': {
        const pictures = message.pictures.map(({ mediaType, data }) => ({ type: 'input_image', image: `data:${mediaType};base64,${data}` }))
        return [{ type: 'message', role: 'user', content: pictures.length === 0 ? message.text : [...pictures, { type: 'input_text', text: message.text }] }]
      }
      case 'assistant': return assistantItems(message, choice)
      case 'tool': return message.results.map(({ call, tool, output }) => ({ type: 'function_call_result', callId: call, name: tool, status: 'completed', output: { type: 'text', text: output } }))
    }
  })
}

/** Reasoning goes back only to the model that gave it, as it gave it, and only with what it led to. */
function assistantItems(message: AssistantMessage, { dialect, id }: ModelChoice): object[] {
  const same = message.by.dialect === dialect && message.by.model === id
  const led = message.parts.some((part) => part.type !== 'reasoning' && (part.type === 'call' || part.text !== ''))
  return led ? message.parts.flatMap((part) => itemOf(part, same)) : []
}

function itemOf(part: Part, same: boolean): object[] {
  switch (part.type) {
    case 'text': return part.text === '' ? [] : [{ type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: part.text }] }]
    case 'call': return [callItem(part.call, part)]
    case 'reasoning': {
      const { id, encrypted } = part.meta?.['sdk'] ?? {}
      if (!same || typeof id !== 'string' || typeof encrypted !== 'string') return []
      return [{ type: 'reasoning', id, content: part.text === '' ? [] : [{ type: 'input_text', text: part.text }], providerData: { encrypted_content: encrypted } }]
    }
  }
}

/** A call whose input could not be read is answered as failed; services still want an object in its place. */
export function callItem(callId: string, { tool, input }: Extract<Part, { type: 'call' }>): object {
  const object = typeof input === 'object' && input !== null && !Array.isArray(input) ? input : {}
  return { type: 'function_call', callId, name: tool, arguments: JSON.stringify(object), status: 'completed' }
}
