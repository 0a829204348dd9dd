import fc from 'fast-check'
import { expect, it } from 'vitest'
import { inHalves } from './in-halves.ts'

it('finds exactly the items that fail by themselves, in order, and does every other one', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), async (isBad) => {
    const done = new Set<number>()
    const failed = await inHalves([...isBad.keys()], async (items) => {
      if (items.some((item) => isBad[item] === true)) return false
      for (const item of items) done.add(item)
      return true
    })
    expect(failed).toEqual([...isBad.keys()].filter((item) => isBad[item] === true))
    expect([...done].toSorted((left, right) => left - right)).toEqual([...isBad.keys()].filter((item) => isBad[item] === false))
  }))
})

it('tries once where nothing is bad, and never with nothing', async () => {
  const sizes: number[] = []
  const attempt = async (items: readonly number[]) => sizes.push(items.length) > 0
  expect([await inHalves([1, 2, 3], attempt), await inHalves([], attempt), sizes]).toEqual([[], [], [3]])
})
