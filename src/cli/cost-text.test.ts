import { expect, it } from 'vitest'
import { dollars, groupsText, sumsText, unpricedText } from './cost-text.ts'

const sums = { calls: 2, unpriced: 0, microUsd: 1_270_000, planMicroUsd: 0, input: 30_000, output: 2_000, cacheRead: 4_100, cacheWrite: 0 }

it('writes money so that what is there is seen', () => {
  expect([0, 1, 49, 50, 4_200, 99_000, 100_000, 1_270_000, 1_234_567_890].map(dollars)).toEqual(['$0.00', '<$0.0001', '<$0.0001', '$0.0001', '$0.0042', '$0.0990', '$0.10', '$1.27', '$1234.57'])
})

it('says when a sum lacks calls, and what a subscription covered', () => {
  expect(sumsText('Today', sums, 8)).toBe('Today          $1.27  2 calls     34.1k in, 2.0k out\n')
  expect(sumsText('Today', { ...sums, unpriced: 1 }, 8)).toContain('$1.27 +')
  expect(sumsText('Today', { ...sums, microUsd: 0, unpriced: 2 }, 8)).toContain('not known')
  expect(sumsText('Today', { ...sums, microUsd: 0, planMicroUsd: 5_000_000 }, 8)).toMatch(/\$0\.00 .*\$5\.00 more if no subscription had covered it/)
})

it('names each model without a price, and where to add it', () => {
  const group = (key: string, unpriced: number) => ({ ...sums, key, unpriced })
  const report = { by: 'model' as const, total: { ...sums, unpriced: 4 }, groups: [group('m-9', 3), group('', 1), group('m-1', 0)], leftOut: 0 }
  expect(unpricedText(report, '/home/me/server.yaml')).toBe(
    '3 calls of model m-9 have no known price: add it under prices: in /home/me/server.yaml\n1 call named no model, so its price is not known.\nWhat has no known price is in no sum.\n')
  expect(unpricedText({ ...report, total: sums }, 'x')).toBe('')
})

it('keeps a hostile title on one line, and says what was left out', () => {
  const text = groupsText({ groups: [{ ...sums, key: 'ses_1', title: 'a\u001b[31m\nb' }, { ...sums, key: '' }], leftOut: 3 })
  expect(text).not.toContain('\u001b')
  expect(text.split('\n')).toHaveLength(4)
  expect(text).toContain('(not known)')
  expect(text).toContain('… and 3 more')
})
