import { estimateTokens, type Message } from './conversation.ts'

/** Above this share of the window older turns are put in short; room is left for the answer. */
const fullShare = 0.8
const maxReserve = 40_000
/** What stays word for word. */
const keptShare = 0.25
const maxResultChars = 2_000

export function isFull(used: number, window: number): boolean {
  return used > Math.max(window * fullShare, window - maxReserve)
}

/**
 * How many of the first messages to put in short; 0 when nothing can go. A cut never parts a call from its result, and
 * what stays begins with a message of the person or the model.
 */
export function cutPoint(messages: readonly Message[], window: number): number {
  const budget = window * keptShare
  let cut = messages.length
  let kept = 0
  for (let at = messages.length - 1; at > 0; at -= 1) {
    kept += estimateTokens(messages.slice(at, at + 1))
    if (kept > budget) break
    if (messages[at]?.role !== 'tool') cut = at
  }
  // The newest prompt, or the newest results with their calls, always stay.
  const last = messages.findLastIndex((message) => message.role !== 'tool')
  return Math.max(0, Math.min(cut, last))
}

export const summaryOrder = `Write a summary of the conversation above for a coding agent that goes on with the work and sees nothing else of it. Say, under these headings:
Goal – what the person asked for, in their words where they matter, with every constraint they gave.
Done – what was changed, file by file, and what was decided and why.
Found – facts that were costly to find: paths, names, commands that work, errors and their causes.
State – what works, what fails, what was verified and how.
Next – what is left to do, in order.
Be exact about names and paths. Leave out greetings and what no longer matters.`

/** The older part as one text: any model can put it in short, whoever made the calls in it. */
export function summaryQuestion(messages: readonly Message[], window: number): string {
  const text = messages.map(described).join('\n\n')
  const room = Math.floor(window * 0.6 * 4)
  const fitting = text.length <= room ? text : `${text.slice(0, room / 2)}\n[… middle left out …]\n${text.slice(-room / 2)}`
  return `<conversation>\n${fitting.toWellFormed()}\n</conversation>\n\n${summaryOrder}`
}

function described(message: Message): string {
  switch (message.role) {
    case 'user': return `[Person]\n${[message.text, ...(message.pictures ?? []).map(({ name }) => `(shows the picture ${name})`)].join('\n')}`
    case 'assistant': return `[Agent]\n${message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : part.type === 'call' ? [`(calls ${part.tool}: ${JSON.stringify(part.input).slice(0, maxResultChars)})`] : [])).join('\n')}`
    case 'tool': return message.results.map((result) => `[${result.tool} ${result.failed ? 'failed' : 'answered'}]\n${result.output.slice(0, maxResultChars)}${result.output.length > maxResultChars ? ' […]' : ''}`).join('\n')
  }
}
