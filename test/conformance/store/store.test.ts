import { describe } from 'vitest'
import { appendCases } from './append-cases.ts'
import { blobCases } from './blob-cases.ts'
import { eraseCases } from './erase-cases.ts'
import { forkCases } from './fork-cases.ts'
import { indexCases } from './index-cases.ts'
import { itemsCases } from './items-cases.ts'
import { moneyCases } from './money-cases.ts'
import { usageCases } from './usage-cases.ts'
import { openMemoryWorld, openSqliteWorld } from './worlds.ts'

describe.each([['memory', openMemoryWorld], ['sqlite', openSqliteWorld]])('a store in %s', (_name, open) => {
  appendCases(open)
  forkCases(open)
  itemsCases(open)
  indexCases(open)
  eraseCases(open)
  blobCases(open)
  usageCases(open)
  moneyCases(open)
})
