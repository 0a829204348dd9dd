import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimateTokens } from '../../../src/base/estimate-tokens.ts'
import { type Bytes, decodeBody } from '../../../src/omnibox/gateway/model/answer/decode-body.ts'
import { type AnswerReading, usageReader } from '../../../src/omnibox/gateway/model/answer/usage-reader.ts'
import { allDialects } from '../../../src/omnibox/gateway/model/dialects/all-dialects.ts'
import { type RecordedAnswer, recordedAnswers } from './recorded-answers.ts'

const inputTokens = 77_777
const maxOutput = 1_000

function read({ dialect, contentType }: RecordedAnswer, chunks: readonly Uint8Array[]): AnswerReading {
  const reader = usageReader(allDialects[dialect], { contentType, inputTokens, maxOutput })
  for (const chunk of chunks) reader.push(chunk)
  return reader.end()
}

const cutAt = (bytes: Buffer, cuts: readonly number[]) => [...cuts, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : cuts[index - 1], end))
const firstOf = (dialect: string) => recordedAnswers.find((each) => each.dialect === dialect && each.name.includes('stream')) ?? expect.fail(dialect)
const streams = Object.keys(allDialects).map(firstOf)

describe('what an answer used', () => {
  it.each(recordedAnswers)('is read out of $name', (answer) => {
    expect(read(answer, [Buffer.from(answer.text)])).toEqual({ model: answer.model, usage: answer.usage })
  })

  it.each(recordedAnswers)('is the same of $name, cut once at any byte', (answer) => {
    const bytes = Buffer.from(answer.text)
    const differing = Array.from({ length: bytes.length }, (_, at) => at).filter((at) => JSON.stringify(read(answer, cutAt(bytes, [at])).usage) !== JSON.stringify(answer.usage))
    expect(differing).toEqual([])
  })

  it.each(recordedAnswers)('is the same of $name, byte by byte', (answer) => {
    expect(read(answer, [...Buffer.from(answer.text)].map((byte) => Uint8Array.of(byte)))).toEqual({ model: answer.model, usage: answer.usage })
  })

  it('is the same for any chunks', () => {
    const cuts = fc.array(fc.nat(10_000), { maxLength: 40 })
    fc.assert(fc.property(fc.constantFrom(...recordedAnswers), cuts, (answer, at) => {
      const bytes = Buffer.from(answer.text)
      expect(read(answer, cutAt(bytes, at.map((each) => each % bytes.length).toSorted((left, right) => left - right)))).toEqual({ model: answer.model, usage: answer.usage })
    }))
  })
})

it.each(streams)('reads a last event without the blank line behind it: $dialect', (answer) => {
  expect(read(answer, [Buffer.from(answer.text.trimEnd())])).toEqual({ model: answer.model, usage: answer.usage })
})

it('takes an error that comes with a good status for one, which costs nothing', () => {
  expect(read({ ...firstOf('chat-completions'), contentType: 'application/json' }, [Buffer.from('{"error":{"message":"busy","code":"x"}}')])).toEqual({ error: { type: 'x', message: 'busy' } })
})

it('takes the counts of a prompt that was blocked as they are', () => {
  const blocked = 'data: {"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":9}}\n\n'
  expect(read(firstOf('generate-content'), [Buffer.from(blocked)])).toEqual({ usage: { input: 9, output: 0 } })
})

it('counts an item by its pieces when its end shows less', () => {
  const events = ['{"type":"response.output_text.delta","output_index":0,"delta":"12345678"}', '{"type":"response.output_item.done","output_index":0,"item":{"content":[]}}']
  expect(read(firstOf('responses'), [Buffer.from(events.map((event) => `data: ${event}\n\n`).join(''))]).usage?.output).toBe(4)
})

describe('an answer that is cut', () => {
  it.each(streams)('is never exact, and never less than the piece before: $name', (answer) => {
    const events = answer.text.split(/(?<=\n\r?\n)/)
    let last = 0
    for (let kept = 0; kept < events.length - 1; kept += 1) {
      const { usage, estimated } = read(answer, [Buffer.from(events.slice(0, kept).join(''))])
      expect({ kept, estimated, more: (usage?.output ?? 0) >= last }).toEqual({ kept, estimated: true, more: true })
      last = usage?.output ?? 0
    }
    expect(last).toBeGreaterThan(0)
  })

  it.each(streams)('counts the prompt by the request until the service says more: $name', (answer) => {
    expect(read(answer, [])).toEqual({ usage: { input: inputTokens, output: 0 }, estimated: true })
  })

  it('keeps what a stream of messages tells at its start', () => {
    const answer = firstOf('messages')
    const until = answer.text.slice(0, answer.text.indexOf('"Grüße"'))
    expect(read(answer, [Buffer.from(until)])).toEqual({ model: 'sonnet-x', estimated: true, usage: { ...answer.usage, output: estimateTokens('Hm, 价格 …') } })
  })

  it('counts what was called as well as what was said', () => {
    const answer = firstOf('responses')
    const until = answer.text.slice(0, answer.text.indexOf('event: response.completed'))
    expect(read(answer, [Buffer.from(until)]).usage).toEqual({ input: inputTokens, output: estimateTokens('Grüße 🚀{"a":1}{"whole":true}') })
  })

  it('counts a whole one by its length', () => {
    const answer = recordedAnswers.find((each) => each.name === 'a completion') ?? expect.fail()
    expect(read(answer, [Buffer.from(answer.text).subarray(0, 50)])).toEqual({ usage: { input: inputTokens, output: 25 }, estimated: true })
  })

  it('is never counted as more than it could have been', () => {
    const answer = recordedAnswers.find((each) => each.name === 'a completion') ?? expect.fail()
    expect(read(answer, [Buffer.from('{'), Buffer.alloc(5_000, 0x20)]).usage?.output).toBe(maxOutput)
  })

  it('gives the last counts of an array that had grown', () => {
    const answer = recordedAnswers.find((each) => each.name.includes('array')) ?? expect.fail()
    expect(read(answer, [Buffer.from(answer.text.slice(0, answer.text.indexOf('functionCall')))])).toEqual({ model: 'content-x', estimated: true, usage: { input: 1_000, output: 309, cacheRead: 4_000, reasoning: 300 } })
  })
})

describe('an error in the stream', () => {
  const errors = {
    messages: 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}\n\n',
    responses: 'event: response.failed\ndata: {"type":"response.failed","response":{"model":"m","error":{"code":"rate_limit_exceeded","message":"busy"},"usage":null}}\n\n',
    'chat-completions': 'data: {"error":{"message":"busy","code":"overloaded"}}\n\n',
    'generate-content': 'data: {"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}\n\n',
  } as const

  it.each(streams)('costs nothing before anything was answered: $dialect', (answer) => {
    const reading = read(answer, [Buffer.from(errors[answer.dialect])])
    expect(reading).toMatchObject({ error: { message: 'busy' } })
    expect(reading).not.toHaveProperty('usage')
  })

  it.each(streams)('costs what was answered before it: $dialect', (answer) => {
    const begun = answer.text.slice(0, answer.text.indexOf('Grüße')).split(/(?<=\n\r?\n)/).slice(0, -1).join('')
    const next = answer.text.slice(begun.length).split(/(?<=\n\r?\n)/)[0] ?? ''
    expect(read(answer, [Buffer.from(begun + next + errors[answer.dialect])])).toMatchObject({ error: { message: 'busy' }, estimated: true, usage: { output: expect.any(Number) } })
  })
})

it('reads what a hostile service sends without an error', () => {
  fc.assert(fc.property(fc.constantFrom(...recordedAnswers), fc.anything({ withNullPrototype: false }), (answer, thing) => {
    const text = answer.contentType.includes('stream') ? `data: ${JSON.stringify(thing)}\n\n` : JSON.stringify(thing)
    expect(() => read(answer, [Buffer.from(text ?? '')])).not.toThrow()
  }))
})

describe('an encoded answer', () => {
  const encoders = { gzip: gzipSync, br: brotliCompressSync, zstd: zstdCompressSync, deflate: deflateSync, 'deflate without its wrapper': deflateRawSync }
  const cases = Object.entries(encoders).flatMap(([name, encode]) => streams.map((answer) => ({ name, dialect: answer.dialect, encode, answer })))
  async function* chunked(bytes: Buffer, size: number, broken?: Error): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    if (broken !== undefined) throw broken
  }
  const decoded = async (body: Bytes, encoding: string) => {
    const chunks: Uint8Array[] = []
    const failure = await (async () => {
      for await (const chunk of decodeBody(body, encoding) ?? expect.fail('not decoded')) chunks.push(chunk)
    })().catch((error: unknown) => error)
    return { chunks, failure }
  }

  it.each(cases)('is read: $name, $dialect', async ({ name, encode, answer }) => {
    const { chunks } = await decoded(chunked(encode(Buffer.from(answer.text)), 7), name.split(' ')[0] ?? '')
    expect(read(answer, chunks)).toEqual({ model: answer.model, usage: answer.usage })
  })

  it('is read through two encodings, the last one first', async () => {
    const { chunks } = await decoded(chunked(gzipSync(brotliCompressSync('twice')), 3), 'br, gzip')
    expect(Buffer.concat(chunks).toString()).toBe('twice')
  })

  it('that is cut gives what there was, and then the reason', async () => {
    const answer = firstOf('messages')
    const bytes = gzipSync(Buffer.from(answer.text))
    const { chunks, failure } = await decoded(chunked(bytes.subarray(0, bytes.length - 60), 16, new Error('reset')), 'gzip')
    expect(failure).toMatchObject({ message: 'reset' })
    expect(read(answer, chunks)).toMatchObject({ estimated: true, usage: { input: 2_095 } })
  })

  it('is passed over when nobody knows the encoding', () => {
    expect(decodeBody(chunked(Buffer.from('x'), 1), 'rot13')).toBeUndefined()
  })
})
