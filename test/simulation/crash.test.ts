import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type FaultPoint, faultPoints } from '../../src/spec/ports/faults.ts'
import { draw, seed, share } from '../support/lane.ts'
import { runSchedule } from './run-schedule.ts'
import { serverPolicies } from '../support/policy-of.ts'
import type { Fault } from './sim-world.ts'

const asking = serverPolicies([{ name: 'each', type: 'exec', action: 'ask' }])

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

it('runs nothing twice and nothing that nobody allowed, killed at every step between decision, approval and execution', async () => {
  const { hits, problems, executed } = await runSchedule([], homeDir, asking)
  // Every second one of six.
  expect({ problems, executed }).toEqual({ problems: [], executed: 3 })
  const steps = [...hits].flatMap(([point, count]) => Array.from({ length: count }, (_, index) => (['process', 'both', 'link'] as const).map((kills) => ({ point, hit: index + 1, kills, clockJump: 0 })))).flat()
  for (const fault of draw('steps of asked calls to be killed at', steps, 90)) {
    expect({ fault, problems: (await runSchedule([fault], homeDir, asking)).problems }).toEqual({ fault, problems: [] })
  }
}, 3_600_000)

it('nor under drawn schedules of several faults', async () => {
  const numRuns = share('crash schedules', 60, 2_000)
  await fc.assert(fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 6 }), async (faults) => {
    expect((await runSchedule(faults, homeDir)).problems).toEqual([])
    expect((await runSchedule(faults, homeDir, asking)).problems).toEqual([])
  }), { numRuns, seed, endOnFailure: true })
}, 3_600_000)
