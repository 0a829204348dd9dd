import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createPiAdapter } from '../../src/harness/pi/adapter.ts'
import { harnessWorld, settledOf, textOf } from '../conformance/harness/harness-world.ts'

// What only Pi has; the rest is in the conformance suite.

it('tells which commands and models can be chosen, and ends a turn that an extension handles by itself', async () => {
  const world = await harnessWorld(createPiAdapter({ node: process.execPath }))
  await mkdir(join(world.workspace, '.pi', 'prompts'), { recursive: true })
  await mkdir(join(world.workspace, '.pi', 'extensions'))
  await writeFile(join(world.workspace, '.pi', 'prompts', 'mend.md'), '---\ndescription: Mends what is broken\n---\nMend it.\n')
  await writeFile(join(world.workspace, '.pi', 'extensions', 'hello.js'), `export default (pi) => pi.registerCommand('hello', { description: 'Says hello', handler: async () => undefined })\n`)
  const session = await world.start({ trusted: (await world.adapter.projectParts?.(world.workspace)) ?? [] })
  const offers = await world.next((signal) => signal.type === 'offers', 0)
  expect(offers).toMatchObject({ commands: expect.arrayContaining([{ id: 'mend', title: 'Mends what is broken' }, { id: 'hello', title: 'Says hello' }]), models: [{ id: 'stub-1', title: 'stub-1' }] })
  expect(JSON.stringify(offers)).not.toContain('omnigent')
  await session.prompt({ turn: 't1', text: '/hello', images: [] })
  await world.next((signal) => signal.type === 'settled', 0)
  expect(settledOf(world.signals)).toEqual([{ type: 'settled', outcome: 'completed' }])
  expect(textOf(await world.run(session, [{ say: 'on again' }]))).toContain('on again')
})

it('says when it knows no such effort, and goes on', async () => {
  const world = await harnessWorld(createPiAdapter({ node: process.execPath }))
  const session = await world.start({ effort: 'frantic' })
  expect(world.signals).toContainEqual(expect.objectContaining({ type: 'notice', text: expect.stringContaining('frantic') }))
  expect(textOf(await world.run(session, [{ say: 'calm' }]))).toContain('calm')
})
