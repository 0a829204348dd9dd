import { expect, it } from 'vitest'
import { ordinaryCommands } from '../fixtures/shell/ordinary-commands.ts'
import { pushes, readLine, reasonsOf } from './read-line.ts'

it('reads ordinary lines: at most one in twenty is doubted, with a reason', () => {
  const doubted = ordinaryCommands.flatMap((command) => {
    const reasons = reasonsOf(readLine(command))
    return reasons.length === 0 ? [] : [{ line: command.line, reasons }]
  })
  process.stdout.write(`ordinary commands: ${doubted.length} of ${ordinaryCommands.length} are opaque\n`)
  expect(ordinaryCommands.length).toBeGreaterThanOrEqual(300)
  expect(doubted.length / ordinaryCommands.length, JSON.stringify(doubted, null, 2)).toBeLessThanOrEqual(0.05)
  expect(doubted.filter(({ reasons }) => reasons.some((reason) => reason === ''))).toEqual([])
})

it('sees no push in any of them', () => {
  expect(ordinaryCommands.filter((command) => pushes(readLine(command)).length > 0)).toEqual([])
})

it('gives every command an exec', () => {
  // Only assignments start nothing.
  expect(ordinaryCommands.filter((command) => !readLine(command).actions.some(({ kind }) => kind === 'exec'))).toEqual([])
})
