import { expect, it } from 'vitest'
import { fittingCommands } from './command-list.tsx'

const commands = ['compact', 'review', 'code-review', 'release'].map((id) => ({ id, title: id }))
const ids = (text: string) => fittingCommands(text, commands).map(({ id }) => id)

it('offers what starts with the word first, then what holds it', () => {
  expect(ids('/re')).toEqual(['review', 'release', 'code-review'])
  expect(ids('/')).toHaveLength(4)
})

it.each(['', 're', '/review now', 'see /review', '/nothing'])('offers nothing for %j', (text) => {
  expect(ids(text)).toEqual([])
})
