import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HarnessAdapter } from '../../../src/spec/ports/harness.ts'
import { deep, draw } from '../../support/lane.ts'
import { openTestGateway, type TestGateway } from '../../support/test-gateway.ts'
import { cases } from './cases.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { harnessWorld } from './harness-world.ts'

export const resultsFolder = join(import.meta.dirname, 'results')

/** What each capability is called when its case passes; a case that fails has not observed it. */
export type Observations = Record<string, boolean>

/** OMNI_WRITE_RESULTS=1 publishes the results anew. */
const publishes = process.env['OMNI_WRITE_RESULTS'] === '1'

interface SuiteOptions {
  /** Cases of a run in CI: programs take seconds to start. The deep lane runs all. */
  readonly sample?: number
}

/** Runs every case on one adapter and compares with the published results. */
export function harnessSuite(adapter: HarnessAdapter, { sample = 24 }: SuiteOptions = {}): void {
  const passed: Observations = {}
  let gateway: TestGateway | undefined
  describe(`harness ${adapter.id}`, () => {
    beforeAll(async () => {
      gateway = await openTestGateway()
    })
    afterAll(() => gateway?.close())
    for (const each of drawn(adapter.id, sample)) {
      if (each.needsModel === true && adapter.id === 'scripted') continue
      it(each.name, async () => {
        passed[each.name] = false
        const world = await harnessWorld(adapter, { gateway })
        if (declares(adapter, each)) await each.run(world)
        // Declared as what it can not do: a failure is the expected observation, and a pass is a difference.
        else if (await each.run(world).then(() => false, () => true)) return
        passed[each.name] = true
      // One program opens a conversation again only in the next minute of the clock.
      }, 180_000)
    }
    it('says what is missing when the program is not there', async () => {
      const world = await harnessWorld(adapter, { gateway })
      if (adapter.program === undefined) {
        expect(await world.probe()).toMatchObject({ state: 'ready' })
        return
      }
      expect(await world.probe('/nowhere/at/all')).toMatchObject({ state: 'missing', fix: expect.stringContaining(`omni harness install ${adapter.id}`) })
    })
    it('declares exactly the capabilities and limits that were observed', () => {
      expect(drift(adapter, passed)).toEqual([])
    })
    it('is published as it was observed', async () => {
      const { id, title, capabilities, program, limits = [] } = adapter
      const observed = { id, title, version: program?.version ?? 'in this package', capabilities, limits, cases: passed }
      const file = join(resultsFolder, `${id}.json`)
      if (publishes) await writeFile(file, `${JSON.stringify(observed, undefined, 2)}\n`)
      const published = JSON.parse(await readFile(file, 'utf8')) as typeof observed
      expect(published.capabilities).toEqual(capabilities)
      expect(published).toMatchObject(observed)
    })
  })
}

/** The cases of this run, in their order. A sample is drawn from what has been published: it compares. */
function drawn(id: string, sample: number): readonly ConformanceCase[] {
  if (publishes || deep || sample >= cases.length) return cases
  const published = JSON.parse(readFileSync(join(resultsFolder, `${id}.json`), 'utf8')) as { cases: Observations }
  return draw(`harness cases on ${id}`, cases.filter(({ name }) => published.cases[name] !== undefined), sample)
}

/** Capabilities and limits that are declared and were not observed, or observed and not declared. */
export function drift(adapter: Declaration, passed: Observations): string[] {
  return cases.flatMap((each) => {
    const { name, shows, value, limit } = each
    if (passed[name] === undefined) return []
    const declared = declares(adapter, each)
    if (declared === passed[name]) return []
    if (limit !== undefined && !declared) return [`limit ${limit} is declared and not observed`]
    return shows === undefined ? [] : [`${shows}${value === undefined ? '' : ` ${value}`} is ${declared ? 'declared and not observed' : 'observed and not declared'}`]
  })
}

type Declaration = Pick<HarnessAdapter, 'capabilities' | 'limits'>

/** Whether the adapter says that this case passes. */
function declares({ capabilities, limits = [] }: Declaration, { shows, value, limit }: ConformanceCase): boolean {
  if (limit !== undefined && limits.some((each) => each.breaks === limit)) return false
  if (shows === undefined) return true
  const declared = capabilities[shows]
  return value === undefined ? declared !== false && declared !== 'none' && declared !== 'next' : declared === value
}
