import { tokensOfBytes } from '../../../../base/estimate-tokens.ts'
import { LineTooLongError } from '../../../../base/line-splitter.ts'
import type { Usage } from '../../../../spec/events/usage.ts'
import type { AnswerError, Dialect, Tally } from '../dialects/dialect.ts'
import { createEventSplitter } from './split-events.ts'
import { createJsonSplitter } from './split-json.ts'

export interface AnswerReading {
  /** As the answer names it. */
  readonly model?: string
  /** Undefined: nothing was answered, and nothing is charged. */
  readonly usage?: Usage
  /** The answer was cut, or did not say what it used: counted from what was seen of it. */
  readonly estimated?: true
  /** The service broke the answer off, and its words. */
  readonly error?: AnswerError
}

/** Reads what an answer used out of its bytes, wherever they are cut. Never throws. */
export interface UsageReader {
  push(chunk: Uint8Array): void
  /** After the last byte, whether or not it was the answer's last. */
  end(): AnswerReading
}

interface Answered {
  readonly contentType: string | undefined
  /** Tokens of the prompt at most, for an answer that is cut before it tells them. */
  readonly inputTokens: number
  /** Tokens that it has at most. */
  readonly maxOutput: number
}

/** More than any answer: what is larger is counted by its length. */
const maxPieceBytes = 32 * 1024 * 1024

/** @param dialect that the answer is in, decoded already */
export function usageReader(dialect: Dialect, { contentType, inputTokens, maxOutput }: Answered): UsageReader {
  const meter = dialect.createMeter()
  const streams = contentType?.includes('event-stream') === true
  const [events, objects] = [createEventSplitter(maxPieceBytes), createJsonSplitter(maxPieceBytes)]
  const pieces = streams ? (chunk: Uint8Array) => events.push(chunk) : (chunk: Uint8Array) => objects.push(chunk).map((data) => ({ event: '', data }))
  let bytes = 0
  let unreadable = false

  const take = (chunk: Uint8Array) => {
    if (unreadable) return
    try {
      for (const { event, data } of pieces(chunk)) if (data !== '') meter.take({ event, data: parsed(data) })
    } catch (error) {
      if (!(error instanceof RangeError) && !(error instanceof LineTooLongError)) throw error
      unreadable = true
    }
  }

  return {
    push(chunk) {
      bytes += chunk.length
      take(chunk)
    },
    end() {
      // Some services leave out the blank line behind their last event. What was cut is no JSON, and says nothing.
      if (streams) take(Buffer.from('\n\n'))
      const tally = meter.tally()
      // A whole answer that was cut shows nothing of what is in it but its length.
      const hidden = !streams && !tally.complete && tally.outputBytes === 0 && tally.error === undefined
      const outputBytes = unreadable || hidden ? bytes : tally.outputBytes
      return reading({ ...tally, outputBytes }, { inputTokens, maxOutput })
    },
  }
}

function reading({ model, told, complete, outputBytes, error }: Tally, { inputTokens, maxOutput }: Omit<Answered, 'contentType'>): AnswerReading {
  const known = { ...(model === undefined ? {} : { model }), ...(error === undefined ? {} : { error }) }
  if (complete && told !== undefined) return { ...known, usage: told }
  if (error !== undefined && told === undefined && outputBytes === 0) return known
  const output = Math.max(told?.output ?? 0, Math.min(maxOutput, tokensOfBytes(outputBytes)))
  return { ...known, usage: { ...(told ?? { input: inputTokens }), output }, estimated: true }
}

/** A piece that is no JSON, such as `[DONE]`, is its text. */
function parsed(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return data
  }
}
