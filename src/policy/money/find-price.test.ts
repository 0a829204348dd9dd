import { expect, it } from 'vitest'
import { findPrice } from './find-price.ts'

const price = (input: number) => ({ input, output: 0 })
const models = { 'm-5': price(1), 'm-5-mini': price(2), 'v/m-5': price(3), 'local/*': price(0), 'local/big*': price(4), 'm-4@20250101': price(5) }
const found = (name: string) => findPrice(models, name)?.input

it.each([
  ['m-5', 1], ['M-5', 1], ['m-5-20250929', 1], ['m-5@20250929', 1], ['m-5-2026-04-23', 1], ['m-5-latest', 1], ['m-5[1m]', 1], ['m-5-20250929[1m]', 1],
  ['m-5-mini', 2], ['m-5-mini-2026-01-01', 2], ['v/m-5', 3], ['m-4@20250101', 5],
])('finds %s', (name, input) => expect(found(name)).toBe(input))

it.each(['m-5-1', 'm-5-pro', 'm-50', 'm-5.1', 'm-5:free', 'm-5-minimal', 'm', 'm-4', 'w/m-5', 'x-m-5', ' m-5', '', 'constructor', '__proto__'])('knows nothing of %j: another model is not guessed at', (name) => {
  expect(found(name)).toBeUndefined()
})

it('takes the longest beginning that ends in *', () => {
  expect([found('local/llama3'), found('local/'), found('local/big-70b'), found('locally')]).toEqual([0, 0, 4, undefined])
})

it('prefers the whole name to a beginning of it', () => {
  expect(findPrice({ 'a-1': price(1), 'a*': price(2) }, 'a-1-20250101')?.input).toBe(1)
  expect(findPrice({ 'a': price(1), 'a-1*': price(2) }, 'a-1')?.input).toBe(2)
})
