import { expect, it } from 'vitest'
import { dropUsage } from './drop-usage.ts'

async function dropped(text: string, size: number): Promise<string> {
  const bytes = Buffer.from(text)
  async function* body(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of dropUsage(body())) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const said = ': comment\r\n\r\ndata: {"choices":[{"delta":{"content":"\\"usage\\" 🚀"}}],"usage":null}\r\n\r\n'
const told = 'data: {"choices":[],"usage":{"prompt_tokens":1}}\r\n\r\n'

it.each([1, 2, 3, 7, 10_000])('takes out the event that only tells the usage, and nothing else, in pieces of %d bytes', async (size) => {
  expect(await dropped(`${said}${told}data: [DONE]\n\n`, size)).toBe(`${said}data: [DONE]\n\n`)
})

it.each([
  ['an event that says something beside the usage', 'data: {"choices":[{"finish_reason":"stop"}],"usage":{"prompt_tokens":1}}\n\n'],
  ['an empty event without usage', 'data: {"choices":[],"usage":null}\n\n'],
  ['what is no JSON', 'data: "usage" {\n\n'],
  ['an end that was cut', `${said}data: {"cho`],
  ['an end in the middle of an event of several lines', 'event: x\ndata: 1\n'],
])('keeps %s', async (_name, text) => {
  expect(await dropped(text, 5)).toBe(text)
})
