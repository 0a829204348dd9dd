import { type AssistantMessage, type Message, type ToolMessage } from './conversation.ts'
import type { Picture, Pictures, ShownPicture } from './pictures.ts'

/** A message with its pictures at hand. Only messages of the person have any: no other place is one in every dialect. */
export type ShownMessage = ShownUserMessage | AssistantMessage | ToolMessage

export interface ShownUserMessage {
  readonly role: 'user'
  readonly text: string
  readonly pictures: readonly ShownPicture[]
}

/** The conversation as a model is told it: pictures that a tool found follow its results. */
export async function shownMessages(messages: readonly Message[], pictures: Pictures, model: string): Promise<readonly ShownMessage[]> {
  const shown = await Promise.all(messages.map(async (message): Promise<ShownMessage[]> => {
    switch (message.role) {
      case 'user': return [await userMessage(message.text, message.pictures ?? [], { pictures, model })]
      case 'assistant': return [message]
      case 'tool': {
        const found = picturesOf(message)
        return found.length === 0 ? [message] : [message, await userMessage(`Pictures of these results: ${found.map(({ name }) => name).join(', ')}.`, found, { pictures, model })]
      }
    }
  }))
  return shown.flat()
}

export function picturesOf(message: Message): readonly Picture[] {
  switch (message.role) {
    case 'user': return message.pictures ?? []
    case 'assistant': return []
    case 'tool': return message.results.flatMap((result) => result.pictures ?? [])
  }
}

async function userMessage(text: string, own: readonly Picture[], { pictures, model }: { pictures: Pictures; model: string }): Promise<ShownUserMessage> {
  const shown = await Promise.all(own.map((picture) => pictures.show(picture, model)))
  const words = shown.filter((each) => typeof each === 'string')
  return { role: 'user', text: [text, ...words].join('\n'), pictures: shown.filter((each) => typeof each !== 'string') }
}
