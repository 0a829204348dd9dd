import { expect, it } from 'vitest'
import type { Envelope } from '../../src/spec/events/envelope.ts'
import { startCliServer } from '../support/cli-server.ts'
import { seed } from '../support/lane.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { openEventStream, openLiveStream, type StreamClient } from '../support/stream-clients.ts'

const pieces = 2_000
const joiners = 50
/** Eight UTF-16 units a piece, and every boundary cuts an octopus in two: a place is a place, whatever the letter. */
const pieceLength = 8
const message = `x${Array.from({ length: pieces }, (_, index) => `w${String(index).padStart(5, '0')}🐙`).join('')}`.slice(0, pieces * pieceLength - 1) + '.'

/** Where the streamed text of a subscriber stops fitting the message; -1 when each piece follows the one before. */
function firstMisfit({ start, pieces: given }: StreamClient): number {
  let at = start.length
  if (message.slice(0, at) !== start) return 0
  for (const { offset, text } of given) {
    if (offset !== at || message.slice(at, at + text.length) !== text) return at
    at += text.length
  }
  return -1
}
const lengthOf = ({ start, pieces: given }: StreamClient) => (given.at(-1)?.offset ?? start.length) + (given.at(-1)?.text.length ?? 0)
const completed = (events: readonly Envelope[]) => events.filter((event) => event.type === 'message.completed')

it('gives each of 50 who come in the middle of a message what was said, and from then on every piece once', { timeout: 120_000 }, async () => {
  const random = seededRandom(`joiners/${seed}`)
  // Until three fifths, so that the last ones come in well before the end.
  const offsets = Array.from({ length: joiners }, () => pieceLength + Math.floor(random() * message.length * 0.6)).toSorted((a, b) => a - b)
  const server = await startCliServer()
  const session = await server.session()
  const place = { ...server, session }
  const first = openLiveStream(place)
  await first.until(({ events }) => events.length > 0)
  await server.connect().command(session, { type: 'turn.start', text: `PLAN:[{"say":"${message}","deltas":${pieces}}]` })

  const late: { readonly askedAt: number; readonly carrier: 'socket' | 'events'; readonly client: StreamClient }[] = []
  for (const [index, offset] of offsets.entries()) {
    await first.until((client) => lengthOf(client) >= offset)
    const carrier = index % 5 === 4 ? 'events' : 'socket'
    late.push({ askedAt: lengthOf(first), carrier, client: carrier === 'events' ? openEventStream(place) : openLiveStream(place) })
  }
  const all = [first, ...late.map(({ client }) => client)]
  await Promise.all(all.map((client) => client.until(({ events }) => events.some((event) => event.type === 'turn.ended'))))

  expect(all.map(firstMisfit)).toEqual(all.map(() => -1))
  expect(all.map(lengthOf)).toEqual(all.map(() => message.length))
  expect(first.start).toBe('')
  expect(first.pieces).toHaveLength(pieces)
  // An event stream carries what was said as its first piece.
  const begun = late.map(({ client, carrier, askedAt }) => ({ askedAt, had: carrier === 'events' ? (client.pieces[0]?.text.length ?? 0) : client.start.length }))
  expect(begun.filter(({ askedAt, had }) => had >= askedAt && had < message.length)).toHaveLength(joiners)
  expect(late.filter(({ client }) => client.pieces.length > 100)).toHaveLength(joiners)
  process.stdout.write(`late joiners came in at ${begun.map(({ had }) => had).join(' ')} of ${message.length}\n`)

  const client = server.connect()
  const stored = (await client.items(session)).items.flatMap((item) => (item.kind === 'message' ? [item.text] : []))
  expect(await Promise.all(stored.map(async (text) => ('text' in text ? text.text : client.blob(text.blob))))).toEqual([message])
  for (const { events } of all) expect(completed(events)).toEqual(completed(first.events))
  expect(completed(first.events)).toHaveLength(1)
})
