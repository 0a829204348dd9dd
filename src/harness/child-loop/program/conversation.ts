import { z } from 'zod'
import { Dialect } from '../../providers/dialect.ts'
import { Picture } from './pictures.ts'

/**
 * The conversation in our own words: what is kept on disk must outlive the library that speaks to the services.
 * `meta` is what a service wants back with a part (signatures, ids); it means nothing to another one.
 */
const Meta = z.record(z.string(), z.record(z.string(), z.json()))
export type Meta = z.infer<typeof Meta>

export const Part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string(), meta: Meta.optional() }),
  z.object({ type: z.literal('reasoning'), text: z.string(), meta: Meta.optional() }),
  z.object({ type: z.literal('call'), call: z.string(), tool: z.string(), input: z.json(), meta: Meta.optional() }),
])
export type Part = z.infer<typeof Part>
export type CallPart = Extract<Part, { type: 'call' }>

export const ToolResult = z.object({ call: z.string(), tool: z.string(), output: z.string(), failed: z.boolean(), pictures: z.array(Picture).optional() })
export type ToolResult = z.infer<typeof ToolResult>

export const Message = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), text: z.string(), pictures: z.array(Picture).optional() }),
  z.object({ role: z.literal('assistant'), parts: z.array(Part), by: z.object({ dialect: Dialect, model: z.string() }) }),
  z.object({ role: z.literal('tool'), results: z.array(ToolResult) }),
])
export type Message = z.infer<typeof Message>
export type AssistantMessage = Extract<Message, { role: 'assistant' }>
export type ToolMessage = Extract<Message, { role: 'tool' }>

export const callsOf = (message: AssistantMessage): CallPart[] => message.parts.filter((part) => part.type === 'call')

/** Services refuse a call without a result: what a crash or a stop cut off is answered here. */
export function closeOpenCalls(messages: readonly Message[]): Message[] {
  return messages.flatMap((message, index): Message[] => {
    if (message.role !== 'assistant') return [message]
    const calls = callsOf(message)
    const next = messages[index + 1]
    if (calls.length === 0 || next?.role === 'tool') return [message]
    const results = calls.map(({ call, tool }) => ({ call, tool, failed: true, output: 'No result is known: the program ended while this ran. It may have run, wholly or in part; look before you do it again.' }))
    return [message, { role: 'tool', results }]
  })
}

/** About four characters a token: real tokenizers come within a fifth for code and prose. */
export function estimateTokens(messages: readonly Message[]): number {
  return Math.ceil(messages.reduce((sum, message) => sum + charsOf(message), 0) / 4)
}

/** A picture takes up to about 1,600 tokens; services make larger ones smaller. */
const pictureChars = 6_400

function charsOf(message: Message): number {
  switch (message.role) {
    case 'user': return message.text.length + (message.pictures?.length ?? 0) * pictureChars
    case 'tool': return message.results.reduce((sum, result) => sum + result.output.length + (result.pictures?.length ?? 0) * pictureChars, 0)
    case 'assistant': return message.parts.reduce((sum, part) => sum + (part.type === 'call' ? JSON.stringify(part.input).length : part.text.length), 0)
  }
}
