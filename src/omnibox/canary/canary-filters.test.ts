import { expect, it } from 'vitest'
import { countFilters } from './canary-filters.ts'

it.each([
  { kernel: 'one that counts', status: 'NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t3\nSpeculation:\tnone\n', filters: 3 },
  { kernel: 'one that counts none', status: 'Seccomp:\t0\nSeccomp_filters:\t0\n', filters: 0 },
  { kernel: 'an old one with a filter', status: 'Seccomp:\t2\n', filters: 1 },
  { kernel: 'an old one without', status: 'Seccomp:\t0\n', filters: 0 },
])('counts filters by the word of $kernel', ({ status, filters }) => {
  expect(countFilters(status)).toBe(filters)
})
