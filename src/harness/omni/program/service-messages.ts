import type { ModelMessage, SystemModelMessage } from 'ai'
import type { ModelChoice } from '../../child-loop/model-choice.ts'
import { type AssistantMessage, callsOf, type Meta, type Part } from '../../child-loop/program/conversation.ts'
import type { ShownMessage } from '../../child-loop/program/shown-messages.ts'

export const cacheMark = { anthropic: { cacheControl: { type: 'ephemeral' } } } as const

/** The system prompt, marked to be cached where a service wants to be told. */
export function systemMessage(content: string): SystemModelMessage {
  return { role: 'system', content, providerOptions: cacheMark }
}

/**
 * The conversation as the library takes it. Two messages are marked to be cached: the newest for the next call, and what the
 * last call ended with, so that this one finds what that one wrote.
 */
export function serviceMessages(messages: readonly ShownMessage[], choice: ModelChoice): ModelMessage[] {
  const lastAnswer = messages.findLastIndex((message) => message.role === 'assistant')
  return messages.map((message, index) => {
    const marked = index === messages.length - 1 || index === lastAnswer - 1
    return { ...serviceMessage(message, choice), ...(marked ? { providerOptions: cacheMark } : {}) }
  })
}

function serviceMessage(message: ShownMessage, choice: ModelChoice): ModelMessage {
  switch (message.role) {
    case 'user': {
      const pictures = message.pictures.map(({ mediaType, data }) => ({ type: 'file', mediaType, data }) as const)
      return { role: 'user', content: pictures.length === 0 ? message.text : [...pictures, { type: 'text', text: message.text }] }
    }
    case 'assistant': return { role: 'assistant', content: serviceParts(message, choice) }
    case 'tool':
      return {
        role: 'tool',
        content: message.results.map(({ call, tool, output, failed }) => ({
          type: 'tool-result', toolCallId: call, toolName: tool, output: { type: failed ? 'error-text' : 'text', value: output },
        })),
      }
  }
}

type ServicePart = Exclude<Extract<ModelMessage, { role: 'assistant' }>['content'], string>[number]

/** What another model signed is of no use to this one, and refused by some services: its reasoning stays behind. */
function serviceParts(message: AssistantMessage, { dialect, id }: ModelChoice): ServicePart[] {
  const same = message.by.dialect === dialect && message.by.model === id
  const parts = message.parts.filter((part) => part.type === 'call' || (part.type === 'text' ? part.text !== '' : same))
  const options = (meta: Meta | undefined) => (same && meta !== undefined ? { providerOptions: meta } : {})
  const converted = parts.map((part: Part): ServicePart => part.type === 'call'
    ? { type: 'tool-call', toolCallId: part.call, toolName: part.tool, input: isObject(part.input) ? part.input : {}, ...options(part.meta) }
    : { type: part.type, text: part.text, ...options(part.meta) })
  // An empty answer is refused by every service.
  return converted.length === 0 || (callsOf(message).length === 0 && parts.every((part) => part.type === 'reasoning')) ? [...converted, { type: 'text', text: '(nothing was said)' }] : converted
}

/** A call whose input could not be read was answered as failed; services still want an object in its place. */
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)
