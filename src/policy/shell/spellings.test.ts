import { describe, expect, it } from 'vitest'
import { pushLookAlikes, pushSpellings } from '../../../test/fixtures/shell/push-spellings.ts'
import { Action } from '../../spec/actions.ts'
import { pushes, readLine, reasonsOf } from '../../../test/policy/read-line.ts'

describe('spellings of git push', () => {
  it.each(pushSpellings)('$line', (spelling) => {
    const reading = readLine(spelling)
    expect(pushes(reading).length + reasonsOf(reading).length).toBeGreaterThan(0)
  })

  it('are read, not only doubted, in most cases', () => {
    const doubted = pushSpellings.filter((spelling) => pushes(readLine(spelling)).length === 0)
    expect(doubted.length / pushSpellings.length).toBeLessThan(0.2)
  })
})

it('answers in the vocabulary of actions', () => {
  for (const spelling of [...pushSpellings, ...pushLookAlikes, { line: 'ls \0' }, { line: `cat ${'a/'.repeat(3_000)}` }]) {
    const { actions } = readLine(spelling)
    expect(Action.array().parse(actions)).toEqual(actions)
    expect(JSON.stringify(actions)).not.toContain(String.raw`\u0000`)
  }
})

describe('lines that only look like a push', () => {
  it.each(pushLookAlikes)('$line', (lookAlike) => {
    const reading = readLine(lookAlike)
    expect({ pushes: pushes(reading), reasons: reasonsOf(reading) }).toEqual({ pushes: [], reasons: [] })
  })
})
