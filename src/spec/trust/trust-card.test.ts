import { describe, expect, it } from 'vitest'
import { plainAgent } from '../../../test/support/plain-agent.ts'
import { pinnedAsks } from '../agent/pinned-asks.ts'
import { compareAsks } from './trust-card.ts'

describe('compareAsks', () => {
  const ask = (field: string, exact?: string) => ({ field, reason: 'x', ...(exact === undefined ? {} : { exact }) })
  it('finds what is new and what is gone, wherever it is written', () => {
    expect(compareAsks([{ ...ask('a'), file: 'f', line: 1 }, ask('b', 'old')], [ask('b', 'new'), ask('a')])).toEqual({ added: [0], removed: [ask('b', 'old')] })
    expect(compareAsks([ask('a')], [ask('a')])).toEqual({ added: [], removed: [] })
  })
})

describe('pinnedAsks', () => {
  it('asks for nothing when the agent does not', () => {
    expect(pinnedAsks(plainAgent('a').spec)).toEqual([])
  })

  it('asks for all of an agent that it can not read', () => {
    expect(pinnedAsks({ ...plainAgent('a').spec, newField: 1 })).toMatchObject([{ field: 'agent', exact: expect.stringContaining('"newField":1') }])
    expect(pinnedAsks({})).toHaveLength(1)
  })
})
