import type { Socket } from 'node:net'
import { z } from 'zod'
import { createLineSplitter } from '../../base/line-splitter.ts'
import type { LinkEnd } from '../../spec/ports/host-link.ts'

/**
 * The host link on a byte stream, version 1: one JSON message a line, UTF-8, ended by LF. A line that is longer than
 * `maxLineBytes`, or no message of this version, ends the link: whatever is at the other end cannot be understood.
 */
export const maxLineBytes = 64 * 1024 * 1024
/** A reader this far behind gets no more deltas; it has them all in the completed message. */
const maxDeltaBacklog = 4 * 1024 * 1024
/** A reader this far behind is gone: facts are sent again over the next link. */
const maxBacklog = 256 * 1024 * 1024

export function createSocketLink<Out extends { readonly type: string }, In>(
  socket: Socket,
  schema: z.ZodType<In>,
  report: (problem: string, cause?: unknown) => void,
): LinkEnd<Out, In> {
  const splitter = createLineSplitter(maxLineBytes)
  const ended = Promise.withResolvers<void>()
  let hear: ((message: In) => void) | undefined
  const refuse = (problem: string, cause?: unknown) => {
    report(`the host link ends: ${problem}`, cause)
    socket.destroy()
  }
  const read = (line: string) => {
    const message = parse(line, schema)
    // Never the line itself: it may hold secrets.
    if (message.ok) hear?.(message.value)
    else refuse(`a message is not understood: ${message.problem}`)
  }
  socket.pause()
  socket.on('data', (chunk: Buffer) => {
    let lines: string[]
    try {
      lines = splitter.push(chunk)
    } catch (error) {
      return refuse(error instanceof Error ? error.message : String(error))
    }
    for (const line of lines) if (!socket.destroyed) read(line)
  })
  socket.on('error', () => undefined) // 'close' follows, and that the other end is gone is no failure.
  socket.on('close', () => ended.resolve())

  return {
    send(message) {
      if (!socket.writable) return
      if (message.type === 'delta' && socket.writableLength > maxDeltaBacklog) return
      if (socket.writableLength > maxBacklog) return refuse('the other end does not read')
      socket.write(`${JSON.stringify(message)}\n`)
    },
    onMessage(listener) {
      hear = listener
      socket.resume()
    },
    closed: ended.promise,
    // What was sent before still goes out, for a moment.
    close: () => {
      socket.end()
      socket.destroySoon()
    },
  }
}

function parse<Message>(line: string, schema: z.ZodType<Message>): { ok: true; value: Message } | { ok: false; problem: string } {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { ok: false, problem: 'it is not JSON' }
  }
  const result = schema.safeParse(value)
  return result.success ? { ok: true, value: result.data } : { ok: false, problem: z.prettifyError(result.error).slice(0, 1_000) }
}
