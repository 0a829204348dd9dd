import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { HarnessAdapter } from '../../../src/spec/ports/harness.ts'
import { cases } from './cases.ts'
import { harnessWorld } from './harness-world.ts'

export const resultsFolder = join(import.meta.dirname, 'results')

/** What each capability is called when its case passes; a case that fails has not observed it. */
export type Observations = Record<string, boolean>

/** Runs every case on one adapter and compares with the published results; OMNI_WRITE_RESULTS=1 publishes them anew. */
export function harnessSuite(adapter: HarnessAdapter): void {
  const passed: Observations = {}
  describe(`harness ${adapter.id}`, () => {
    for (const each of cases) {
      it(each.name, async () => {
        passed[each.name] = false
        await each.run(await harnessWorld(adapter))
        passed[each.name] = true
      }, 90_000)
    }
    it('says what is missing when the program is not there', async () => {
      const world = await harnessWorld(adapter)
      if (adapter.program === undefined) {
        expect(await world.probe()).toMatchObject({ state: 'ready' })
        return
      }
      expect(await world.probe('/nowhere/at/all')).toMatchObject({ state: 'missing', fix: expect.stringContaining(`omni harness install ${adapter.id}`) })
    })
    it('declares exactly the capabilities that were observed', () => {
      expect(drift(adapter, passed)).toEqual([])
    })
    it('is published as it was observed', async () => {
      const { id, title, capabilities, program } = adapter
      const observed = { id, title, version: program?.version ?? 'in this package', capabilities, cases: passed }
      const file = join(resultsFolder, `${id}.json`)
      if (process.env['OMNI_WRITE_RESULTS'] === '1') await writeFile(file, `${JSON.stringify(observed, undefined, 2)}\n`)
      const published = JSON.parse(await readFile(file, 'utf8')) as typeof observed
      expect(published.capabilities).toEqual(capabilities)
      expect(published).toMatchObject(observed)
    })
  })
}

/** Capabilities that are declared and were not observed, or observed and not declared. */
export function drift(adapter: Pick<HarnessAdapter, 'capabilities'>, passed: Observations): string[] {
  return cases.flatMap(({ name, shows }) => {
    if (shows === undefined || passed[name] === undefined) return []
    const value = adapter.capabilities[shows]
    const declared = value !== false && value !== 'none' && value !== 'next'
    return declared === passed[name] ? [] : [`${shows} is ${declared ? 'declared and not observed' : 'observed and not declared'}`]
  })
}
