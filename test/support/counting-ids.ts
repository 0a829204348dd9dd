import type { Ids } from '../../src/spec/ports/clock.ts'

/** Ids that count: `box_1`, `box_2` … The prefix keeps several makers apart. */
export function countingIds(prefix = ''): Ids {
  let last = 0
  return {
    next(kind) {
      last += 1
      return `${kind}_${prefix}${last}`
    },
  }
}
