import { expect, it } from 'vitest'
import { dynamicArg, knownArg } from '../arg.ts'
import { has, readOptions, valueOf } from './options.ts'

const args = (...words: readonly string[]) => words.map((word) => knownArg(word))
const shape = { values: 'uC', attached: 'i', longValues: ['user', 'kill-after'], longFlags: ['use-nothing'] } as const

it('knows bundled letters, joined values, values in the next word and abbreviations', () => {
  const options = readOptions(args('-nuroot', '-C', 'dir', '--user=me', '--kill', '5', '-i.bak', 'file'), shape)
  expect(options.operands.map(({ text }) => text)).toEqual(['file'])
  expect([valueOf(options, 'u')?.text, valueOf(options, 'C')?.text, valueOf(options, 'user')?.text, valueOf(options, 'kill-after')?.text, valueOf(options, 'i')?.text]).toEqual(['root', 'dir', 'me', '5', '.bak'])
  expect(has(options, 'n')).toBe(true)
})

it('stops at `--`, and at the first operand when the rest is a command', () => {
  expect(readOptions(args('a', '-n', '--', '-x'), shape).operands.map(({ text }) => text)).toEqual(['a', '-x'])
  expect(readOptions(args('-n', 'a', '-x', 'b'), { ...shape, stops: true }).operands.map(({ text }) => text)).toEqual(['a', '-x', 'b'])
})

it('is not sure when a word that may be an option is only known at run time', () => {
  expect(readOptions([dynamicArg('$x', { many: true })], shape).unsure).toBe(true)
  expect(readOptions([dynamicArg('--user=$x', { prefix: '--user=' })], shape)).toMatchObject({ unsure: false })
  expect(readOptions([dynamicArg('a$x', { prefix: 'a', many: true })], shape).unsure).toBe(true)
  expect(readOptions([dynamicArg('"a$x"', { prefix: 'a' })], shape).unsure).toBe(false)
})
