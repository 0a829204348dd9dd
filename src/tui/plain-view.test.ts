import { expect, it } from 'vitest'
import { type Envelope, genesis } from '../spec/events/envelope.ts'
import type { EventData, EventType } from '../spec/events/session-event.ts'
import { createPlainView } from './plain-view.ts'

const session = 'ses_a'

/** The screen: what is said and what is noted, as a terminal mixes them. */
function screen() {
  let text = ''
  let seq = 0
  const write = (piece: string) => {
    text += piece
  }
  const view = createPlainView({ say: write, note: write, color: false, session })
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
