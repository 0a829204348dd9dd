import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type FaultPoint, faultPoints } from '../../src/spec/ports/faults.ts'
import { seed, share } from '../support/lane.ts'
import { runSchedule } from './run-schedule.ts'
import type { Fault } from './sim-world.ts'

let homeDir = ''
beforeAll(async () => {
  homeDir = await mkdtemp(join(tmpdir(), 'omni-sim-'))
})
afterAll(() => rm(homeDir, { recursive: true, force: true }))

const fault: fc.Arbitrary<Fault> = fc.record({
  point: fc.constantFrom(...faultPoints), hit: fc.integer({ min: 1, max: 25 }),
  kills: fc.constantFrom('process' as const, 'process' as const, 'both' as const, 'link' as const),
  clockJump: fc.constantFrom(0, 0, 0, 60_000, -60_000),
})

it('plays through without faults, and reaches every named fault point', async () => {
  const { problems, hits } = await runSchedule([], homeDir)
  expect(problems).toEqual([])
  expect(faultPoints.filter((point) => (hits.get(point) ?? 0) === 0)).toEqual([])
})

it('loses, repeats and runs unapproved nothing when it breaks once at each point', async () => {
  const crashed = new Set<FaultPoint>()
  for (const point of faultPoints) {
    for (const kills of ['process', 'both', 'link'] as const) {
      const result = await runSchedule([{ point, hit: 3, kills, clockJump: 0 }], homeDir)
      expect({ point, kills, problems: result.problems }).toEqual({ point, kills, problems: [] })
      if (result.crashes.length > 0) crashed.add(point)
    }
  }
  expect(faultPoints.filter((point) => !crashed.has(point))).toEqual([])
}, 600_000)

it('nor under drawn schedules of several faults', async () => {
  const numRuns = share('crash schedules', 60, 2_000)
  await fc.assert(fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 6 }), async (faults) => {
    expect((await runSchedule(faults, homeDir)).problems).toEqual([])
  }), { numRuns, seed, endOnFailure: true })
}, 3_600_000)
