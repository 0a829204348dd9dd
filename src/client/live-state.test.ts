import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Snapshot } from '../spec/api/http.ts'
import { type Envelope, genesis } from '../spec/events/envelope.ts'
import type { EventData, EventType } from '../spec/events/session-event.ts'
import { readEvent } from '../spec/events/session-event.ts'
import { applyEvent, emptyView } from '../spec/view/apply-event.ts'
import { emptyItemFold, foldItems } from '../spec/view/fold-items.ts'
import type { Delta, PartialItem, TranscriptItem } from '../spec/view/transcript-item.ts'
import { addOlder, applyDelta, applyEvents, emptyLiveState, type LiveState, partialKey, receive } from './live-state.ts'

const session = 'ses_a'

/** A small log with the folds of its whole, as a server would hold it. */
class Log {
  readonly events: Envelope[] = []

  add<Type extends EventType>(type: Type, data: EventData<Type>, lane = session): Envelope {
    const seq = this.events.length + 1
    const event: Envelope = { tree: session, seq, session: lane, turn: 'trn_1', at: 1_000 + seq, type, v: 1, by: { kind: 'engine', id: 'engine' }, cause: 'c', data, prev: genesis, hash: genesis }
    this.events.push(event)
    return event
  }

  snapshot(upTo: number, limit = 200): Snapshot {
    let view = emptyView(session, session)
    let fold = emptyItemFold
    const items = new Map<number, TranscriptItem>()
    for (const stored of this.events.slice(0, upTo)) {
      const event = readEvent(stored)
      view = applyEvent(view, event)
      const change = foldItems(fold, event)
      fold = change.fold
      for (const item of change.items) items.set(item.key, item)
    }
    const all = [...items.values()].toSorted((a, b) => a.key - b.key)
    return { session, tree: session, seq: upTo, view, page: { items: all.slice(-limit), older: all.length > limit }, partials: [] }
  }
}

function busyLog(): Log {
  const log = new Log()
  const agent = { name: 'omni', hash: 'h', spec: {} }
  log.add('session.created', { agent, harness: 'scripted', workspace: { mode: 'here', path: '/w' } })
  log.add('turn.started', { prompt: 'prm_1', text: 'go', harness: 'scripted', host: { id: 'h', epoch: 'e' } })
  for (let n = 0; n < 6; n += 1) {
    log.add('tool.proposed', { call: `c${n}`, tool: 'Bash', title: `run ${n}`, input: { text: '{}' }, actions: [], gated: true })
    log.add('policy.decided', { call: `c${n}`, verdict: 'ask', rules: [], digest: 'd', policyHash: 'p', inputs: {} })
    log.add('approval.requested', { approval: `a${n}`, call: `c${n}`, digest: 'd', title: 't', rules: [] })
    log.add('approval.answered', { approval: `a${n}`, answer: 'allow' })
    log.add('tool.released', { call: `c${n}` })
    log.add('message.completed', { item: `m${n}`, text: { text: `between ${n}` } })
    log.add('tool.completed', { call: `c${n}`, outcome: 'ok', output: { text: 'done' }, exitCode: 0 })
  }
  log.add('turn.ended', { outcome: 'completed' })
  return log
}

const open = (snapshot: Snapshot): LiveState => receive(emptyLiveState(session), { type: 'snapshot', sub: 's1', snapshot })
const delta = (offset: number, text: string, item = 'm'): Delta => ({ session, turn: 'trn_1', item, kind: 'text', offset, text })

describe('events', () => {
  it('reaches the state of the server from a snapshot taken anywhere', () => {
    const log = busyLog()
    const whole = open(log.snapshot(log.events.length))
    fc.assert(fc.property(fc.integer({ min: 1, max: log.events.length }), fc.integer({ min: 0, max: 9 }), (joined, overlap) => {
      const state = applyEvents(open(log.snapshot(joined)), log.events.slice(Math.max(0, joined - overlap)))
      expect(state).toEqual(whole)
    }))
  })

  it('is not fooled by events that come twice', () => {
    const log = busyLog()
    const state = open(log.snapshot(10))
    const once = applyEvents(state, log.events.slice(10))
    expect(applyEvents(once, log.events)).toEqual(once)
  })

  it('stops at a gap and asks again', () => {
    const log = busyLog()
    const state = applyEvents(open(log.snapshot(4)), [...log.events.slice(4, 6), ...log.events.slice(8)])
    expect(state).toMatchObject({ seq: 6, stale: true })
    const healed = receive(applyEvents(state, log.events.slice(6)), { type: 'resumed', sub: 's2', seq: log.events.length, partials: [] })
    expect(healed).toEqual(open(log.snapshot(log.events.length)))
  })

  it('keeps the items of other lanes out', () => {
    const log = busyLog()
    const before = open(log.snapshot(log.events.length))
    const state = applyEvents(before, [log.add('message.completed', { item: 'x', text: { text: 'child' } }, 'ses_child')])
    expect(state.items).toEqual(before.items)
    expect(state.seq).toBe(before.seq + 1)
  })

  it('marks what the conversation was rewound past', () => {
    const log = busyLog()
    const before = open(log.snapshot(log.events.length))
    const state = applyEvents(before, [log.add('session.rewound', { to: 0 })])
    expect(state.items.filter((item) => item.rewound !== true).map((item) => item.kind)).toEqual(['notice'])
  })

  it('keeps what a newer version wrote as one row', () => {
    const log = busyLog()
    const before = open(log.snapshot(log.events.length))
    const future = { ...log.add('turn.ended', { outcome: 'completed' }), type: 'galaxy.formed', data: 7 }
    expect(applyEvents(before, [future]).items.at(-1)).toMatchObject({ kind: 'unsupported', type: 'galaxy.formed' })
  })
})

describe('deltas', () => {
  const pieces = Array.from({ length: 2_000 }, (_, n) => `${n % 7 === 0 ? '𝄞\n' : 'w'}${n} `)
  const offsets = pieces.map((_, n) => pieces.slice(0, n).join('').length)
  const text = pieces.join('')

  it('gives the same text wherever a client joins', () => {
    const at = fc.integer({ min: 0, max: pieces.length })
    fc.assert(fc.property(at, fc.integer({ min: 0, max: 40 }), (joined, overlap) => {
      const partial: PartialItem = { session, turn: 'trn_1', item: 'm', kind: 'text', text: pieces.slice(0, joined).join('') }
      let state = open({ ...busyLog().snapshot(2), partials: joined === 0 ? [] : [partial] })
      const from = Math.max(0, joined - overlap)
      for (const [index, piece] of pieces.slice(from).entries()) state = applyDelta(state, delta(offsets[from + index] ?? -1, piece))
      expect(state.partials.get(partialKey(partial))?.text).toBe(text)
      expect(state.stale).toBe(false)
    }), { numRuns: 50, seed: 20_261 })
  })

  it('gives the same text however the pieces are cut and repeated', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { maxLength: 60 }), (cuts) => {
      const whole = text.slice(0, 300)
      let state = open(busyLog().snapshot(2))
      let length = 0
      for (const [back, size] of [...cuts, ...Array.from({ length: 300 }, () => [0, 1] as const)]) {
        const offset = Math.max(0, length - back)
        const piece = whole.slice(offset, offset + size)
        state = applyDelta(state, delta(offset, piece))
        length = Math.max(length, offset + piece.length)
      }
      expect(state.partials.get(`${session}/m/text`)?.text).toBe(whole)
    }))
  })

  it('asks again at a hole instead of guessing', () => {
    const state = applyDelta(open(busyLog().snapshot(2)), delta(5, 'late'))
    expect(state.stale).toBe(true)
    expect(state.partials.size).toBe(0)
  })

  it('replaces streamed text by the completed item, and ignores what comes after it', () => {
    const log = busyLog()
    let state = applyDelta(open(log.snapshot(log.events.length)), delta(0, 'hel'))
    state = applyEvents(state, [log.add('message.completed', { item: 'm', text: { text: 'hello' } })])
    state = applyDelta(applyDelta(state, delta(3, 'lo')), delta(0, 'hello'))
    expect(state.partials.size).toBe(0)
    expect(state.stale).toBe(false)
  })
})

describe('older pages', () => {
  it('come before what is here, without doubles', () => {
    const log = busyLog()
    const whole = open(log.snapshot(log.events.length))
    const state = open(log.snapshot(log.events.length, 4))
    const first = state.items[0]?.key ?? 0
    const joined = addOlder(state, { items: whole.items.filter((item) => item.key <= first), older: false }, [])
    expect(joined.items).toEqual(whole.items)
    expect(joined.older).toBe(false)
  })

  it('are brought up to date by the events that overtook them', () => {
    const log = busyLog()
    const slow = log.add('tool.proposed', { call: 'slow', tool: 'Bash', title: 'slow', input: { text: '{}' }, actions: [], gated: true })
    const page = log.snapshot(log.events.length).page
    for (let n = 0; n < 10; n += 1) log.add('message.completed', { item: `z${n}`, text: { text: 'z' } })
    const state = open(log.snapshot(log.events.length, 5))
    const done = log.add('tool.completed', { call: 'slow', outcome: 'ok', output: { text: 'late' } })
    const joined = addOlder(applyEvents(state, [done]), { ...page, older: false }, [done])
    expect(joined.items.find((item) => item.key === slow.seq)).toMatchObject({ state: 'ok', endedAt: done.at })
  })

  it('let later events find the calls they opened', () => {
    const log = busyLog()
    const slow = log.add('tool.proposed', { call: 'slow', tool: 'Bash', title: 'slow', input: { text: '{}' }, actions: [], gated: true })
    const page = log.snapshot(log.events.length).page
    for (let n = 0; n < 10; n += 1) log.add('message.completed', { item: `z${n}`, text: { text: 'z' } })
    const joined = addOlder(open(log.snapshot(log.events.length, 5)), { ...page, older: false }, [])
    const state = applyEvents(joined, [log.add('tool.completed', { call: 'slow', outcome: 'error', output: { text: 'late' } })])
    expect(state.items.find((item) => item.key === slow.seq)).toMatchObject({ state: 'error' })
  })
})
