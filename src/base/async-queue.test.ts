import { expect, it } from 'vitest'
import { createAsyncQueue } from './async-queue.ts'

it('gives items in order, then the end', async () => {
  const queue = createAsyncQueue<number>(10)
  queue.push(1)
  queue.push(2)
  queue.close()
  const seen: number[] = []
  for await (const item of queue) seen.push(item)
  expect(seen).toEqual([1, 2])
})

it('wakes a waiting reader', async () => {
  const queue = createAsyncQueue<string>(1)
  const next = queue[Symbol.asyncIterator]().next()
  expect(queue.push('late')).toBe(true)
  expect(await next).toEqual({ done: false, value: 'late' })
})

it('refuses more than it may hold', () => {
  const queue = createAsyncQueue<number>(1)
  expect(queue.push(1)).toBe(true)
  expect(queue.push(2)).toBe(false)
  expect(queue.size).toBe(1)
})

it('refuses after close and ends a waiting reader', async () => {
  const queue = createAsyncQueue<number>(1)
  const next = queue[Symbol.asyncIterator]().next()
  queue.close()
  expect(queue.push(1)).toBe(false)
  expect(await next).toEqual({ done: true, value: undefined })
})
