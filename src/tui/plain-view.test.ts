import { expect, it } from 'vitest'
import { type Envelope, genesis } from '../spec/events/envelope.ts'
import type { EventData, EventType } from '../spec/events/session-event.ts'
import { createPlainView, type PlainViewOptions } from './plain-view.ts'

const session = 'ses_a'

/** The screen: what is said and what is noted, as a terminal mixes them. */
function screen(more: Partial<PlainViewOptions> = {}) {
  let text = ''
  let seq = 0
  const write = (piece: string) => {
    text += piece
  }
  const view = createPlainView({ say: write, note: write, color: false, session, ...more })
  return {
    text: () => text,
    event<Type extends EventType>(type: Type, data: EventData<Type>) {
      seq += 1
      const event: Envelope = { tree: session, seq, session, turn: 'trn_1', at: seq, type, v: 1, by: { kind: 'engine', id: 'engine' }, cause: 'c', data, prev: genesis, hash: genesis }
      view.events([event])
    },
    delta: (item: string, offset: number, piece: string) => view.delta({ session, turn: 'trn_1', item, kind: 'text', offset, text: piece }),
  }
}

const call = { call: 'c1', tool: 'shell', title: 'ls', input: { text: 'ls' }, actions: [], gated: true }

it('streams a message piece by piece, once, and ends its line', () => {
  const { event, delta, text } = screen()
  delta('m1', 0, 'one ')
  expect(text()).toBe('one ')
  delta('m1', 0, 'one t')
  event('message.completed', { item: 'm1', text: { text: 'one two' } })
  expect(text()).toBe('one two\n')
})

it('keeps a sentence whole when its pieces overtake the result of the call before it', () => {
  const { event, delta, text } = screen()
  event('tool.proposed', call)
  delta('m1', 0, 'All is ')
  event('tool.completed', { call: 'c1', outcome: 'ok', output: { text: 'a.txt' } })
  delta('m1', 7, 'well.')
  expect(text()).toBe('● ls\n  a.txt\nAll is well.')
  event('message.completed', { item: 'm1', text: { text: 'All is well.' } })
  expect(text()).toBe('● ls\n  a.txt\nAll is well.\n')
})

it('keeps two messages apart when pieces of the second overtake the end of the first', () => {
  const { event, delta, text } = screen()
  delta('m1', 0, 'First.')
  delta('m2', 0, 'Sec')
  event('message.completed', { item: 'm1', text: { text: 'First.' } })
  delta('m2', 3, 'ond.')
  event('message.completed', { item: 'm2', text: { text: 'Second.' } })
  expect(text()).toBe('First.\nSecond.\n')
})

it('does not tear a letter whose halves come in two pieces', () => {
  const { event, delta, text } = screen()
  delta('m1', 0, 'an \ud83d')
  expect(text()).toBe('an ')
  delta('m1', 4, '\udc19 octopus')
  event('message.completed', { item: 'm1', text: { text: 'an 🐙 octopus' } })
  expect(text()).toBe('an 🐙 octopus\n')
})

it('forgets text of a turn that ended before the message was whole', () => {
  const { event, delta, text } = screen()
  event('tool.proposed', call)
  delta('m1', 0, 'never')
  event('turn.ended', { outcome: 'completed' })
  delta('m2', 0, 'next')
  expect(text()).toBe('● ls\nnext')
})

const request = (id: string, title: string): EventData<'tool.proposed'> => ({ call: id, gates: 'net', request: id, tool: 'network', title, input: { text: '{}' }, actions: [], gated: true })
const decided = (id: string, verdict: 'allow' | 'ask' | 'deny'): EventData<'policy.decided'> => ({ call: id, verdict, rules: [], digest: 'd', policyHash: 'h', inputs: {} })
const place = { request: 'g', scheme: 'https', host: 'evil.test', port: 443, method: 'GET', path: '/x' } as const

it('draws requests that were asked about or refused, and none that was let through at once', () => {
  const { event, text } = screen()
  event('tool.proposed', request('r1', 'GET https://docs.test/'))
  event('policy.decided', decided('r1', 'allow'))
  event('tool.completed', { call: 'r1', outcome: 'ok', output: { text: '' } })
  event('net.decided', { ...place, host: 'docs.test', verdict: 'allowed', by: 'policy', call: 'r1' })
  event('tool.proposed', request('r2', 'GET https://paste.test/'))
  event('policy.decided', decided('r2', 'deny'))
  event('tool.completed', { call: 'r2', outcome: 'denied', output: { text: 'server/pastes' } })
  event('tool.proposed', request('r3', 'GET https://late.test/'))
  event('tool.completed', { call: 'r3', outcome: 'denied', output: { text: 'The turn is over.' } })
  event('tool.proposed', request('r4', 'POST https://api.test/'))
  event('policy.decided', decided('r4', 'ask'))
  expect(text()).toBe('● GET https://paste.test/\n  server/pastes\n  denied\n● GET https://late.test/\n  The turn is over.\n  denied\n● POST https://api.test/\n')
})

it('streams on while a request waits that is no row', () => {
  const { event, delta, text } = screen()
  event('tool.proposed', request('r1', 'GET https://docs.test/'))
  delta('m1', 0, 'Still here.')
  expect(text()).toBe('Still here.')
})

it('tells an alert in red, once', () => {
  const { event, text } = screen({ color: true })
  event('net.decided', { ...place, verdict: 'denied', by: 'gateway', rule: 'gateway/placeholder', alert: 'placeholder', secrets: ['forge'] })
  event('net.decided', { ...place, verdict: 'denied', by: 'gateway', rule: 'gateway/placeholder' })
  expect(text()).toBe('\u001b[31m! The stand-in for the secret forge turned up where it does not belong: GET https://evil.test/x. The request was refused.\u001b[39m\n')
})

it('says what confines it when that is known, and again only when it is another: red where nothing does, unless colours are unwanted', () => {
  const off: EventData<'box.attested'> = { profile: 'off', processes: 'group', advisory: true, notes: [] }
  const [colored, plain] = [screen({ color: true, sandbox: 'sandbox: workspace' }), screen()]
  for (const { event } of [colored, plain]) {
    event('box.attested', { ...off, profile: 'workspace', advisory: false })
    event('box.attested', off)
    event('box.attested', off)
  }
  expect(colored.text()).toBe('\u001b[31msandbox: off — advisory\u001b[39m\n')
  expect(plain.text()).toBe('sandbox: workspace\nsandbox: off — advisory\n')
})
