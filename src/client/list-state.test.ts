import { expect, it } from 'vitest'
import type { IndexRow } from '../spec/view/index-row.ts'
import { addPage, emptyListState, mergeRows, replaceFirstPage } from './list-state.ts'

const row = (session: string, seq: number, updatedAt: number): IndexRow => ({
  session, tree: session, seq, title: session, agent: 'a', harness: 'h', path: '/', createdAt: 0, updatedAt, status: 'idle', archived: false, labels: {}, turns: 0, asks: 0, queued: 0, microUsd: 0, planMicroUsd: 0, unpriced: 0, usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
})
const names = (state: { rows: readonly IndexRow[] }) => state.rows.map((each) => `${each.session}${each.seq}`)

it('puts the newest change first', () => {
  const state = addPage(emptyListState, { sessions: [row('b', 1, 20), row('a', 1, 10)] })
  expect(names(mergeRows(state, [row('a', 2, 30)]))).toEqual(['a2', 'b1'])
})

it('drops a row that is older than the one here', () => {
  const state = mergeRows(emptyListState, [row('a', 5, 50)])
  expect(names(mergeRows(state, [row('a', 4, 40)]))).toEqual(['a5'])
})

it('takes out what was removed', () => {
  expect(names(mergeRows(mergeRows(emptyListState, [row('a', 1, 1), row('b', 1, 2)]), [], ['a']))).toEqual(['b1'])
})

it('learns after a lost line what was removed meanwhile, and keeps what was pushed since', () => {
  const before = addPage(emptyListState, { sessions: [row('gone', 1, 30), row('a', 1, 20)] })
  const pushed = mergeRows(before, [row('new', 1, 40)])
  expect(names(replaceFirstPage(pushed, { sessions: [row('a', 2, 35)] }, new Set(['new'])))).toEqual(['new1', 'a2'])
})

it('keeps deeper pages and their place when only the first is read again', () => {
  const first = addPage(emptyListState, { sessions: [row('a', 1, 30)], next: 'c1' })
  const deeper = addPage(first, { sessions: [row('b', 1, 20)], next: 'c2' })
  const state = replaceFirstPage(deeper, { sessions: [row('a', 1, 30)], next: 'c1' }, new Set())
  expect(names(state)).toEqual(['a1', 'b1'])
  expect(state.next).toBe('c2')
})
