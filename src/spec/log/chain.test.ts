import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../base/canonical-json.ts'
import { type Envelope, genesis } from '../events/envelope.ts'
import type { NewEvent } from '../events/session-event.ts'
import { chainEvents, digestOf, hashEvent } from './chain.ts'
import { verifyChain } from './verify-chain.ts'

const start = { tree: 't', seq: 0, hash: genesis, at: 0 }
const renamed = (title: string): NewEvent => ({ session: 't', type: 'session.renamed', by: { kind: 'user', id: 'u' }, cause: 'c', data: { title } })
const titles = fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 8 })

describe('the hash chain', () => {
  it('has the hash that the specification gives by hand', () => {
    // printf '%s' '{"title":"é"}' | sha256sum                                             → digest
    // printf '%s%s%s' "$(printf '0%.0s' {1..64})" '{"at":5,…}' "$digest" | sha256sum      → hash
    const [event] = chainEvents(start, [renamed('é')], 5)
    expect(digestOf({ title: 'é' })).toBe('17fc9dbaed22ce2d07e9a2bb624e57b3cd39cd72e937e0dd0eb4ddf8f03190d6')
    expect(event).toEqual({
      tree: 't', seq: 1, session: 't', at: 5, type: 'session.renamed', v: 1, by: { kind: 'user', id: 'u' }, cause: 'c',
      data: { title: 'é' }, prev: genesis, hash: '0d7d8b6abee4eac0c9ffd6de69de6ef02a8adb306c6924f332d83f3812d6b657',
    })
  })

  it('numbers on, links, and never goes back in time', () => {
    const first = chainEvents(start, [renamed('a'), renamed('b')], 100)
    const last = first.at(-1)
    expect(last).toBeDefined()
    const second = chainEvents({ tree: 't', seq: 2, hash: last?.hash ?? '', at: 100 }, [renamed('c')], 50)
    expect([...first, ...second].map((event) => [event.seq, event.at])).toEqual([[1, 100], [2, 100], [3, 100]])
    expect(verifyChain([...first, ...second]).problems).toEqual([])
  })

  it('verifies whatever was chained, with lone surrogates replaced', () => {
    fc.assert(fc.property(titles, (texts) => {
      const events = chainEvents(start, texts.map(renamed), 7)
      expect(verifyChain(events).problems).toEqual([])
    }))
    const [event] = chainEvents(start, [renamed('a\ud800')], 1)
    expect(event?.data).toEqual({ title: 'a\ufffd' })
  })

  it('verifies page by page as it does in one go', () => {
    const events = chainEvents(start, ['a', 'b', 'c', 'd'].map(renamed), 7)
    const first = verifyChain(events.slice(0, 2))
    expect(verifyChain(events.slice(2), first.end)).toEqual({ ...verifyChain(events), erased: [] })
  })

  it('notices any flipped byte', () => {
    fc.assert(fc.property(titles, fc.nat(), fc.integer({ min: 1, max: 255 }), (texts, where, flip) => {
      const events = chainEvents(start, texts.map(renamed), 7)
      const bytes = Buffer.from(events.map((event) => canonicalJson(event)).join('\n'))
      const at = where % bytes.length
      bytes[at] = (bytes[at] ?? 0) ^ flip
      let read: Envelope[]
      try {
        read = new TextDecoder('utf-8', { fatal: true }).decode(bytes).split('\n').map((line) => JSON.parse(line) as Envelope)
        if (canonicalJson(read) === canonicalJson(events)) return
      } catch {
        return // It is no JSON any more: noticed.
      }
      const { problems, end } = verifyChain(read)
      expect(problems.length > 0 || end.hash !== events.at(-1)?.hash || read.length !== events.length).toBe(true)
    }), { numRuns: 2_000 })
  })

  it('notices an event taken out, repeated or moved', () => {
    const events = chainEvents(start, ['a', 'b', 'c', 'd'].map(renamed), 7)
    const [a, b, c, d] = events
    for (const changed of [[a, c, d], [a, b, b, c, d], [a, c, b, d], [b, c, d]]) {
      const present = changed.filter((event) => event !== undefined)
      expect(verifyChain(present).problems).not.toEqual([])
    }
  })

  it('still verifies when data is erased, and lists it', () => {
    const [a, b] = chainEvents(start, ['a', 'b'].map(renamed), 7)
    if (a === undefined || b === undefined) throw new Error('two events')
    const erased = { ...a, data: { erased: { at: 9, digest: digestOf(a.data) } } }
    expect(hashEvent(erased)).toBe(a.hash)
    expect(verifyChain([erased, b])).toMatchObject({ problems: [], erased: [1] })
    const lied = { ...a, data: { erased: { at: 9, digest: 'f'.repeat(64) } } }
    expect(verifyChain([lied, b]).problems).not.toEqual([])
  })

  it('reports data that has no canonical text instead of throwing', () => {
    const [event] = chainEvents(start, [renamed('a')], 7)
    if (event === undefined) throw new Error('one event')
    for (const data of [{ title: '\ud800' }, { n: Number.POSITIVE_INFINITY }, JSON.parse('['.repeat(50_000) + ']'.repeat(50_000))]) {
      expect(verifyChain([{ ...event, data }]).problems).not.toEqual([])
    }
  })
})
