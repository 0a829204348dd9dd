import { expect, it } from 'vitest'
import { letCallsWait } from './let-calls-wait.ts'

it('puts a carrier without time limits in the place of Node’s', async () => {
  const place = Symbol.for('undici.globalDispatcher.1')
  await fetch('data:,')
  const before: unknown = Reflect.get(globalThis, place)
  await letCallsWait()
  const after: unknown = Reflect.get(globalThis, place)
  Reflect.set(globalThis, place, before)
  expect(after).toBeInstanceOf((before as object).constructor)
  const options = Object.getOwnPropertySymbols(after as object).map((key) => Reflect.get(after as object, key) as unknown)
  expect(options).toContainEqual(expect.objectContaining({ headersTimeout: 0, bodyTimeout: 0 }))
})
