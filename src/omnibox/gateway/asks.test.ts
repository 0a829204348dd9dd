import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { type AskAnswer, createAsks } from './asks.ts'
import { defaultLimits } from './limits.ts'
import type { NetRequest, NetVerdict } from '../../spec/net/net-request.ts'

const request: NetRequest = { session: 's', id: '1', scheme: 'https', host: 'a.test', port: 443, method: 'POST', path: '/' }
const yes: NetVerdict = { type: 'allow' }
const no: NetVerdict = { type: 'deny', rule: 'r', message: 'No.' }

function openAsks() {
  const clock = new ManualClock()
  const cards: { answer(verdict: NetVerdict): void; readonly signal: AbortSignal }[] = []
  const waiting: string[] = []
  const asks = createAsks({ clock, limits: defaultLimits, onWaiting: ({ id }) => void waiting.push(id), authorize: (_request, signal) => new Promise((resolve) => cards.push({ answer: resolve, signal })) })
  const clients: AbortController[] = []
  /** A client that asks; its answer is kept when it comes. */
  const come = (key = 'k'): { readonly leave: () => void; readonly answer: Promise<AskAnswer> } => {
    const controller = new AbortController()
    clients.push(controller)
    return { leave: () => controller.abort(), answer: asks.ask(request, key, controller.signal) }
  }
  return { clock, cards, waiting, asks, come, settled: () => new Promise((resolve) => setImmediate(resolve)) }
}
let open: ReturnType<typeof openAsks>
const start = () => (open = openAsks())
afterEach(() => open.asks.close())

describe('an ask', () => {
  it('belongs to what is asked: a retry joins it, whether the first has gone or only waits', async () => {
    const { cards, come, clock, settled } = start()
    const first = come()
    await settled()
    first.leave()
    const second = come()
    await settled()
    expect(cards).toHaveLength(1)
    clock.advance(1_000)
    const third = come()
    cards[0]?.answer(yes)
    expect(await third.answer).toMatchObject({ type: 'verdict', by: 'authorize' })
    await settled()
    expect(cards).toHaveLength(2) // One yes, one request: the second asks anew.
    cards[1]?.answer(no)
    expect(await second.answer).toMatchObject({ verdict: no })
  })

  it('is one each for requests that come together and are decided at once', async () => {
    const { cards, come, settled } = start()
    const all = [come(), come(), come()]
    await settled()
    expect(cards).toHaveLength(3)
    for (const card of cards) card.answer(yes)
    expect((await Promise.all(all.map(({ answer }) => answer))).map(({ type }) => type)).toEqual(['verdict', 'verdict', 'verdict'])
  })

  it('refuses all who wait with one no', async () => {
    const { cards, come, clock, settled } = start()
    const first = come()
    await settled()
    clock.advance(1_000)
    const second = come()
    cards[0]?.answer(no)
    expect(await Promise.all([first.answer, second.answer])).toMatchObject([{ verdict: no }, { verdict: no }])
  })

  it('is withdrawn after a minute without anybody, and not before', async () => {
    const { cards, come, clock, settled } = start()
    const first = come()
    await settled()
    first.leave()
    expect(await first.answer).toEqual({ type: 'gone' })
    clock.advance(59_999)
    const second = come()
    await settled()
    clock.advance(60_000)
    expect(cards[0]?.signal.aborted).toBe(false)
    second.leave()
    clock.advance(60_000)
    expect(cards[0]?.signal.aborted).toBe(true)
    cards[0]?.answer(yes) // Too late: nobody gets it.
    await settled()
    come()
    await settled()
    expect(cards).toHaveLength(2)
  })

  it('stays open once somebody was told to come again, and its answer serves one retry within ten minutes', async () => {
    const { cards, come, clock, settled } = start()
    const first = come()
    await settled()
    clock.advance(270_000)
    expect(await first.answer).toEqual({ type: 'waiting' })
    clock.advance(3_600_000)
    cards[0]?.answer(yes)
    await settled()
    clock.advance(599_999)
    expect(await come().answer).toMatchObject({ type: 'verdict', by: 'grant', verdict: yes })
    come()
    await settled()
    expect(cards).toHaveLength(2)
    cards[1]?.answer(yes)
    await settled()
  })

  it('forgets an answer that nobody fetched for ten minutes', async () => {
    const { cards, come, clock, settled } = start()
    const first = come()
    await settled()
    clock.advance(270_000)
    await first.answer
    cards[0]?.answer(yes)
    await settled()
    clock.advance(600_000)
    come()
    await settled()
    expect(cards).toHaveLength(2)
  })

  it('is not another request’s', async () => {
    const { cards, come, clock, settled } = start()
    const first = come('POST a')
    await settled()
    clock.advance(270_000)
    await first.answer
    come('POST b')
    await settled()
    expect(cards).toHaveLength(2)
  })

  it('says once that it waits', async () => {
    const { cards, come, clock, waiting, settled } = start()
    const first = come()
    const quick = come('other')
    await settled()
    cards[1]?.answer(yes)
    await quick.answer
    clock.advance(5_000)
    expect(waiting).toEqual(['1'])
    first.leave()
  })

  it('is withdrawn with the session', async () => {
    const { asks, cards, come, settled } = start()
    const first = come()
    await settled()
    asks.close()
    expect([await first.answer, cards[0]?.signal.aborted]).toEqual([{ type: 'gone' }, true])
  })
})
