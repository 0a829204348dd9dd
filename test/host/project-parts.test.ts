import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createScriptedAdapter } from '../../src/harness/scripted/adapter.ts'
import type { HarnessAdapter, HarnessContext } from '../../src/spec/ports/harness.ts'
import { readProjectParts } from '../../src/spec/trust/project-parts.ts'
import { hostWorld, scriptedProgram } from '../support/host-world.ts'

/** The scripted harness, as one that a project may give something to run. */
function readingAdapter(more: Partial<HarnessAdapter> = {}) {
  const contexts: HarnessContext[] = []
  const real = createScriptedAdapter({ node: process.execPath, program: scriptedProgram })
  const adapter: HarnessAdapter = {
    ...real,
    projectParts: async (workspace) => {
      const exact = await readFile(join(workspace, 'hooks'), 'utf8').catch(() => undefined)
      return exact === undefined ? [] : [{ file: 'hooks', reason: 'a hook', exact, data: null }]
    },
    start: (context) => (contexts.push(context), real.start(context)),
    ...more,
  }
  return { adapter, contexts }
}

it('gives a program the project’s parts only while they are what a person trusted', async () => {
  const { adapter, contexts } = readingAdapter()
  const world = await hostWorld({ adapters: [adapter] })
  await writeFile(join(world.workspace, 'hooks'), 'touch a')
  const found = await readProjectParts([adapter], world.workspace)
  const project = createHash('sha256').update(found?.content ?? '').digest('hex')
  world.run('trn_1', [{ say: 'one' }])
  await world.settled('trn_1')
  world.run('trn_2', [{ say: 'two' }], { project })
  await world.settled('trn_2')
  expect(world.facts('notice')).toEqual([])
  await writeFile(join(world.workspace, 'hooks'), 'touch b')
  world.run('trn_3', [{ say: 'three' }], { project, generation: 2 })
  await world.settled('trn_3')
  expect(contexts.map(({ trusted }) => trusted?.map(({ exact }) => exact))).toEqual([[], ['touch a'], []])
  expect(world.facts('notice')).toMatchObject([{ level: 'warning', text: expect.stringContaining('not those that were trusted') }])
})

it('does not start a program that can not keep the user’s own out', async () => {
  const { adapter, contexts } = readingAdapter({ holdsInherit: false })
  const world = await hostWorld({ adapters: [adapter] })
  world.run('trn_1', [{ say: 'one' }], { inherit: 'none' })
  expect(await world.settled('trn_1')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('inherit: none') })
  expect(contexts).toEqual([])
})
