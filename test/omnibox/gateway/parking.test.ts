import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import type { NetRequest, NetVerdict } from '../../../src/spec/net/net-request.ts'
import { allow, bodyOf, type GatewayWorld, openGatewayWorld, requestText, statusOf, untilClosed } from './gateway-world.ts'

interface Card {
  readonly request: NetRequest
  readonly signal: AbortSignal
  answer(verdict: NetVerdict): void
}

let world: GatewayWorld
let cards: Card[]
const open = async (): Promise<void> => {
  cards = []
  world = await openGatewayWorld({
    authorize: (request, signal) => new Promise((resolve) => cards.push({ request, signal, answer: resolve })),
  })
}
afterEach(() => world.close())
const text = (path = '/') => requestText(`a.test:${world.ports.https}`, { path, method: 'POST', headers: ['Content-Length: 0'] })
const card = async (index: number): Promise<Card> => {
  await expect.poll(() => cards.length).toBeGreaterThan(index)
  return cards[index] as Card // Proof: waited for.
}

describe('a request that a person is asked about', () => {
  it('is held until the answer', async () => {
    await open()
    const answer = world.sendTls(text())
    ;(await card(0)).answer(allow)
    expect(statusOf(await answer)).toBe(200)
  })

  it('is told to come again after four and a half minutes, and the late yes serves one retry', async () => {
    await open()
    const first = world.sendTls(text())
    const asked = await card(0)
    world.clock.advance(270_000)
    const told = await first
    expect([statusOf(told), bodyOf(told)]).toEqual([403, 'waiting for approval, retry\n'])
    expect(asked.signal.aborted).toBe(false)
    asked.answer(allow)
    await new Promise((resolve) => setImmediate(resolve))
    expect(statusOf(await world.sendTls(text()))).toBe(200)
    const second = world.sendTls(text())
    ;(await card(1)).answer({ type: 'deny', rule: 'r', message: 'No.' })
    expect(statusOf(await second)).toBe(403)
  })

  it('joins a retry to the wait', async () => {
    await open()
    const first = world.sendTls(text())
    const asked = await card(0)
    world.clock.advance(270_000)
    await first
    const retry = world.sendTls(text())
    const other = world.sendTls(text('/other'))
    await card(1)
    asked.answer(allow)
    expect(statusOf(await retry)).toBe(200)
    cards[1]?.answer(allow)
    await other
    expect(cards).toHaveLength(2)
  })

  it('is withdrawn a minute after its client went', async () => {
    await open()
    const socket = await world.openTls()
    socket.write(text())
    const asked = await card(0)
    const aborted = once(asked.signal, 'abort')
    socket.destroy()
    await until(() => {
      world.clock.advance(60_000)
      return asked.signal.aborted
    })
    await aborted
  })

  it('lets one through by one yes', async () => {
    await open()
    const first = world.sendTls(text())
    await card(0)
    world.clock.advance(1_000)
    const second = world.openTls()
    ;(await second).write(text())
    const rest = untilClosed(await second)
    cards[0]?.answer(allow)
    ;(await card(1)).answer({ type: 'deny', rule: 'r', message: 'No.' })
    expect([statusOf(await first), statusOf(await rest)]).toEqual(expect.arrayContaining([200, 403]))
  })

  it('is refused when nobody can decide', async () => {
    world = await openGatewayWorld({ authorize: () => Promise.reject(new Error('engine down')) })
    const answer = await world.sendTls(text())
    expect([statusOf(answer), bodyOf(answer).includes('gateway/undecided')]).toEqual([403, true])
  })

  it('reports that it waits, then what came of it', async () => {
    await open()
    const answer = world.sendTls(text())
    const asked = await card(0)
    world.clock.advance(1_000)
    asked.answer(allow)
    await answer
    expect(world.events).toMatchObject([{ verdict: 'asked', by: 'authorize' }, { verdict: 'allowed', by: 'authorize' }])
  })
})

async function until(done: () => boolean): Promise<void> {
  await expect.poll(done).toBe(true)
}
