import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createOmniAdapter } from '../../src/harness/omni/adapter.ts'
import { lastSent, tokenOf } from '../conformance/harness/case-tools.ts'
import { harnessWorld, redDot } from '../conformance/harness/harness-world.ts'
import { omniWorld } from '../support/omni-world.ts'

const program = join(import.meta.dirname, '../../src/harness/omni/program/main.ts')
const stubWorld = () => harnessWorld(createOmniAdapter({ node: process.execPath, program }))
const pictures = (sent: string) => sent.split(redDot).length - 1

it('are shown again in a new process, and said to be gone when they are', async () => {
  const world = await stubWorld()
  const first = await world.start()
  const sent = await world.image('sent.png')
  await world.run(first, [{ say: 'a dot' }], 'look', [sent])
  const resume = await tokenOf(world)
  await first.close()
  await rm(sent.file)
  const second = await world.start({ resume })
  await world.run(second, [{ say: 'still a dot' }])
  expect(pictures(lastSent(world))).toBe(1)
  const kept = join(world.home, 'omni', 'pictures')
  for (const name of await readdir(kept)) await rm(join(kept, name))
  await world.run(second, [{ say: 'gone' }])
  expect(lastSent(world)).toContain('[The picture sent.png is gone.]')
  expect(pictures(lastSent(world))).toBe(0)
})

it('stay what they were when the file that was read changes', async () => {
  const world = await stubWorld()
  const file = join(world.workspace, 'seen.png')
  await writeFile(file, Buffer.from(redDot, 'base64'))
  const session = await world.start()
  await world.run(session, [{ read: 'seen.png' }, { say: 'a dot' }])
  await writeFile(file, 'something else')
  await world.run(session, [{ say: 'still a dot' }])
  expect(pictures(lastSent(world))).toBe(1)
  expect(lastSent(world)).not.toContain(Buffer.from('something else').toString('base64'))
})

it('come along with a branch, which needs the other session no more', async () => {
  const world = await stubWorld()
  const first = await world.start()
  await world.run(first, [{ say: 'a dot' }], 'look', [await world.image('sent.png')])
  const token = await tokenOf(world)
  await first.close()
  const branch = await world.start({ forkOf: { token, home: world.home }, home: `${world.home}-branch` })
  await rm(world.home, { recursive: true })
  await mkdir(world.home)
  await world.run(branch, [{ say: 'the same dot' }])
  expect(pictures(lastSent(world))).toBe(1)
})

it('are left out for a service that does not take them, and everybody is told', async () => {
  const world = await omniWorld([{ status: 404, message: 'No endpoints found that support image input' }, { say: 'I can not see' }, { say: 'on' }])
  await mkdir(world.home, { recursive: true })
  const file = join(world.workspace, 'dot.png')
  await writeFile(file, Buffer.from(redDot, 'base64'))
  const session = await world.start()
  expect(await world.run(session, 'what is it?', [{ file, mediaType: 'image/png', data: redDot }])).toEqual({ type: 'settled', outcome: 'completed' })
  expect(world.of('notice')).toEqual([{ type: 'notice', level: 'warning', text: 'The model is not shown dot.png. Its service says: 404 No endpoints found that support image input' }])
  await world.run(session, 'and now?')
  expect(world.service.requests.map(({ text }) => pictures(text))).toEqual([1, 0, 0])
  expect(world.service.requests[1]?.text).toContain('The picture dot.png can not be shown to you')
})
