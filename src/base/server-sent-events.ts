import { readLines } from './line-splitter.ts'

export interface ServerSentEvent {
  readonly id?: string
  readonly event: string
  readonly data: string
}

/**
 * Parses a server-sent-event stream. Comments are passed over; an event cut off by the end of the stream is not given.
 * @see HTML Living Standard, "Server-sent events", event stream interpretation
 */
export async function* readServerSentEvents(stream: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<ServerSentEvent> {
  let id: string | undefined
  let event = 'message'
  let data: string[] = []
  for await (const raw of readLines(stream, maxLineBytes)) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (line === '') {
      if (data.length > 0) yield { event, data: data.join('\n'), ...(id === undefined ? {} : { id }) }
      event = 'message'
      data = []
      continue
    }
    const colon = line.indexOf(':')
    if (colon === 0) continue
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'id') id = value
    else if (field === 'event') event = value
    else if (field === 'data') data.push(value)
  }
}
