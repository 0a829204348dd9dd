import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Message } from './conversation.ts'
import { openTranscript } from './transcript.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'omni-talk-'))
})
afterEach(() => rm(home, { recursive: true }))

const by = { dialect: 'anthropic', model: 'm' } as const
const user = (text: string): Message => ({ role: 'user', text })
const call: Message = { role: 'assistant', by, parts: [{ type: 'call', call: 'c1', tool: 'shell', input: { command: 'ls' } }] }
const open = (resume?: string) => openTranscript({ home, harness: 'omni', resume })
const fileOf = (token: string) => join(home, 'omni', `${token}.jsonl`)

it('comes back as it was', async () => {
  const first = await open()
  await first.add(user('one'))
  await first.add({ role: 'assistant', by, parts: [{ type: 'text', text: 'two\u2028' }] })
  expect((await open(first.token)).messages).toEqual(first.messages)
})

it('survives a line that was cut off, and goes on after it on a line of its own', async () => {
  const first = await open()
  await first.add(user('one'))
  await appendFile(fileOf(first.token), '{"type":"message","message":{"role":"user","te')
  const second = await open(first.token)
  expect(second.messages).toEqual([user('one')])
  await second.add(user('two'))
  expect((await open(first.token)).messages).toEqual([user('one'), user('two')])
  expect(await readFile(fileOf(first.token), 'utf8')).not.toContain('"te\n')
})

it('answers a call that a crash cut off: it may have run', async () => {
  const first = await open()
  await first.add(user('one'))
  await first.add(call)
  const { messages } = await open(first.token)
  expect(messages.at(-1)).toMatchObject({ role: 'tool', results: [{ call: 'c1', failed: true, output: expect.stringContaining('may have run') }] })
})

it('keeps a summary in the place of what it stands for', async () => {
  const first = await open()
  for (const text of ['one', 'two', 'three']) await first.add(user(text))
  await first.compact('short', 2)
  await first.add(user('four'))
  const second = await open(first.token)
  expect(second.messages).toEqual(first.messages)
  expect(second.messages.map((message) => (message.role === 'user' ? message.text : ''))).toEqual([expect.stringContaining('short'), 'three', 'four'])
})

it.each(['talk-00000000-0000-0000-0000-000000000000', '../../etc/passwd', ''])('starts anew for the token %s', async (token) => {
  const opened = await open(token)
  expect(opened).toMatchObject({ messages: [] })
  expect(opened.token).not.toBe(token)
})
