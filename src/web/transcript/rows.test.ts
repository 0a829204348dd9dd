import { expect, it } from 'vitest'
import { partialKey } from '../../client/live-state.ts'
import type { PartialItem, TranscriptItem } from '../../spec/view/transcript-item.ts'
import { rowsOf } from './rows.ts'

const base = { session: 's', at: 1, by: { kind: 'agent', id: 'a' } } as const
const message = (key: number, item: string, more: object = {}): TranscriptItem => ({ ...base, key, changed: key, kind: 'message', item, text: { text: item }, ...more })
const tool = (key: number, call: string): TranscriptItem => ({ ...base, key, changed: key, kind: 'tool', call, tool: 'Bash', title: call, input: { text: '{}' }, actions: [], gated: true, state: 'running' })
const partial = (item: string, kind: PartialItem['kind'], text: string, session = 's'): PartialItem => ({ session, turn: 't', item, kind, text })
const rows = (items: TranscriptItem[], partials: PartialItem[] = []) => rowsOf(items, new Map(partials.map((each) => [partialKey(each), each])), 's')

it('hides what the conversation was rewound past', () => {
  expect(rows([message(1, 'a', { rewound: true }), message(2, 'b')]).map((row) => row.key)).toEqual(['m:b'])
})

it('keeps the key of a message when it is completed', () => {
  expect(rows([], [partial('a', 'text', 'hel')])[0]?.key).toBe(rows([message(5, 'a')])[0]?.key)
})

it('joins the thought and the text of one streamed message', () => {
  expect(rows([], [partial('a', 'reasoning', 'hm'), partial('a', 'text', 'hello')])).toEqual([{ type: 'stream', key: 'm:a', text: 'hello', reasoning: 'hm' }])
})

it('gives a running call its output', () => {
  expect(rows([tool(1, 'c')], [partial('c', 'output', 'line')])).toMatchObject([{ type: 'tool', live: 'line' }])
})

it('shows nothing of other lanes', () => {
  expect(rows([], [partial('a', 'text', 'child', 'other')])).toEqual([])
})

it('does not show a thought twice that a message carries under another id', () => {
  expect(rows([message(1, 'b', { reasoning: { text: 'I should look.' } })], [partial('a', 'reasoning', 'I should look.')])).toHaveLength(1)
})

it('has no key twice', () => {
  const keys = rows([message(1, 'a'), message(2, 'a')], [partial('a', 'text', 'x')]).map((row) => row.key)
  expect(new Set(keys).size).toBe(keys.length)
})
