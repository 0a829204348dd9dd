import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { realClock } from '../../../test/support/real-clock.ts'
import { noFaults } from '../../spec/ports/faults.ts'
import { openDiskOutbox } from './disk-outbox.ts'
import type { Outbox, Report } from './outbox.ts'

let dir: string
let problems: string[]
const opened: Outbox[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'omni-outbox-'))
  problems = []
})
afterEach(async () => {
  for (const outbox of opened.splice(0)) await outbox.close()
  await rm(dir, { recursive: true })
})
const open = async (epoch: string, maxBytes?: number) => {
  const report = (problem: string) => problems.push(problem)
  const outbox = await openDiskOutbox({ dir, epoch, clock: realClock, faults: noFaults, report, ...(maxBytes === undefined ? {} : { maxBytes }) })
  opened.push(outbox)
  return outbox
}
const report = (text: string): Report => ({ tree: 't', session: 's', turn: 'u', fact: { type: 'notice', level: 'info', text } })
const texts = (outbox: Outbox) => outbox.pending().map(({ epoch, n, fact }) => `${epoch}/${n}:${fact.type === 'notice' ? fact.text : ''}`)

it('numbers facts and resolves when they are on disk, in order', async () => {
  const outbox = await open('epo_1')
  const order: number[] = []
  await Promise.all(['a', 'b', 'c'].map((text) => outbox.append(report(text)).then(({ n }) => order.push(n))))
  expect(order).toEqual([1, 2, 3])
  expect((await readFile(join(dir, 'epo_1.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(3)
  expect((await stat(join(dir, 'epo_1.jsonl'))).mode & 0o777).toBe(0o600)
})

it('gives the next epoch what was not acknowledged, with its old epoch and first', async () => {
  const first = await open('epo_1')
  await Promise.all([first.append(report('a')), first.append(report('b'))])
  const second = await open('epo_2')
  await second.append(report('c'))
  expect(texts(second)).toEqual(['epo_1/1:a', 'epo_1/2:b', 'epo_2/1:c'])
  second.acknowledge('epo_1', 1)
  expect(texts(second)).toEqual(['epo_1/2:b', 'epo_2/1:c'])
})

it('removes an older file when all of it is acknowledged, and not before', async () => {
  await (await open('epo_1')).append(report('a'))
  const second = await open('epo_2')
  await second.append(report('b'))
  second.acknowledge('epo_2', 1)
  expect(await readdir(dir)).toContain('epo_1.jsonl')
  second.acknowledge('epo_1', 1)
  await expect.poll(() => readdir(dir)).toEqual(['epo_2.jsonl'])
})

it('empties its file when everything is acknowledged, and goes on in it', async () => {
  const outbox = await open('epo_1')
  await outbox.append(report('a'))
  outbox.acknowledge('epo_1', 1)
  await expect.poll(async () => (await stat(join(dir, 'epo_1.jsonl'))).size).toBe(0)
  await outbox.append(report('b'))
  expect(texts(await open('epo_2'))).toEqual(['epo_1/2:b'])
})

it('leaves out a torn last line and says nothing about it', async () => {
  await (await open('epo_1')).append(report('a'))
  await appendFile(join(dir, 'epo_1.jsonl'), '{"type":"fact","ep')
  expect(texts(await open('epo_2'))).toEqual(['epo_1/1:a'])
  expect(problems).toEqual([])
})

it('reports lines in the middle that cannot be read, and keeps the others', async () => {
  await (await open('epo_1')).append(report('a'))
  const text = await readFile(join(dir, 'epo_1.jsonl'), 'utf8')
  await writeFile(join(dir, 'epo_1.jsonl'), `garbage\n${text}`)
  expect(texts(await open('epo_2'))).toEqual(['epo_1/1:a'])
  expect(problems).toEqual([expect.stringContaining('1 lines')])
})

it('never uses an epoch twice', async () => {
  await open('epo_1')
  await expect(open('epo_1')).rejects.toMatchObject({ code: 'unavailable' })
})

it('says when it is full, also for what an earlier epoch left', async () => {
  const outbox = await open('epo_1', 300)
  expect(outbox.full).toBe(false)
  await outbox.append(report('x'.repeat(300)))
  expect(outbox.full).toBe(true)
  const second = await open('epo_2', 300)
  expect(second.full).toBe(true)
  second.acknowledge('epo_1', 1)
  expect(second.full).toBe(false)
})

it('takes nothing after close, and leaves no empty file', async () => {
  const outbox = await open('epo_1')
  await outbox.append(report('a'))
  outbox.acknowledge('epo_1', 1)
  await outbox.close()
  opened.length = 0
  expect(await readdir(dir)).toEqual([])
  await expect(outbox.append(report('b'))).rejects.toMatchObject({ code: 'unavailable' })
})
