import { chatCompletions } from './chat-completions.ts'
import type { Dialect } from './dialect.ts'
import type { DialectId } from '../../../../spec/net/model-service.ts'
import { generateContent } from './generate-content.ts'
import { messages } from './messages.ts'
import { responses } from './responses.ts'

/** Every dialect that is understood; a new one is a file and a line. */
export const allDialects: Readonly<Record<DialectId, Dialect>> = {
  messages, responses, 'chat-completions': chatCompletions, 'generate-content': generateContent,
}
