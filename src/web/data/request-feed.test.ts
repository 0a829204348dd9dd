import { expect, it } from 'vitest'
import { type Envelope, genesis } from '../../spec/events/envelope.ts'
import type { Clock } from '../../spec/ports/clock.ts'
import { RequestFeed } from './request-feed.ts'

const atOnce: Clock = { now: () => 0, after: (_delayMs, task) => (queueMicrotask(task), () => undefined) }

/** A log of `length` events, each a request of its own; of another session of the tree every third. */
const logOf = (length: number): Envelope[] => Array.from({ length }, (_, n) => ({
  tree: 's', seq: n + 1, session: n % 3 === 2 ? 'child' : 's', turn: 't', at: n, type: 'net.decided', v: 1, by: { kind: 'host', id: 'h' }, cause: 'c', prev: genesis, hash: genesis,
  data: { request: `r${n + 1}`, scheme: 'https', host: 'a.test', port: 443, method: 'GET', path: '/', verdict: 'allowed', by: 'policy' },
}))

function feedOf(events: Envelope[], seq = events.length) {
  const pages: number[] = []
  const feed = new RequestFeed({ session: 's', seq, clock: atOnce, readPage: async ({ after, limit }) => (pages.push(after), { events: events.slice(after, after + limit), head: events.length }) })
  return { feed, pages, whole: () => expect.poll(() => feed.state.isReading).toBe(false) }
}

it('begins near the end of a long log, and goes further back when it is told to', async () => {
  const { feed, pages, whole } = feedOf(logOf(9_000))
  await whole()
  expect([pages, feed.state.from, feed.state.seq]).toEqual([[5_000, 6_000, 7_000, 8_000], 5_000, 9_000])
  const [shown] = feed.state.log.requests
  feed.lookBack()
  expect([feed.state.isReading, feed.state.log.requests[0]]).toEqual([true, shown])
  await whole()
  expect([feed.state.from, feed.state.log.requests.length, feed.state.log.requests.at(-1)?.request]).toEqual([0, 500, 'r8999'])
  expect(feed.state.log.hosts.get('a.test')).toMatchObject({ allowed: 6_000 })
})

it('has every later request of its session once, whenever it hears of them', async () => {
  const events = logOf(10)
  const { feed, whole } = feedOf(events)
  events.push(...logOf(25).slice(10))
  feed.follow(12)
  feed.follow(25)
  await whole()
  await expect.poll(() => feed.state.seq).toBe(25)
  expect(feed.state.log.requests.map(({ key }) => key)).toEqual(events.filter(({ session }) => session === 's').map(({ seq }) => seq))
})

it('ends its reading where the log ends before what it was told', async () => {
  const { feed, pages, whole } = feedOf(logOf(3), 8)
  await whole()
  expect([feed.state.seq, pages]).toEqual([3, [0, 3]])
})

it('says what went wrong, keeps what it has, and reads on with the next event', async () => {
  const events = logOf(4)
  let isDown = false
  const feed = new RequestFeed({ session: 's', seq: 4, clock: atOnce, readPage: async ({ after }) => {
    if (isDown) throw new Error('down')
    return { events: events.slice(after), head: events.length }
  } })
  await expect.poll(() => feed.state.isReading).toBe(false)
  isDown = true
  feed.follow(5)
  await expect.poll(() => feed.state.error?.code).toBe('internal')
  expect(feed.state.log.requests).toHaveLength(3)
  isDown = false
  events.push(...logOf(5).slice(4))
  feed.follow(5)
  await expect.poll(() => feed.state.log.requests.length).toBe(4)
  expect(feed.state.error).toBeUndefined()
})
