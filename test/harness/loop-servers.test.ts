import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createOmniAdapter } from '../../src/harness/omni/adapter.ts'
import { lastSent, untilExists } from '../conformance/harness/case-tools.ts'
import { harnessWorld, redDot, settledOf, textOf } from '../conformance/harness/harness-world.ts'

const program = join(import.meta.dirname, '../../src/harness/omni/program/main.ts')
const stubWorld = () => harnessWorld(createOmniAdapter({ node: process.execPath, program }))
const slowServer = (log: string) => ({ command: process.execPath, args: [join(import.meta.dirname, '../support/slow-server.mjs')], env: { SLOW_LOG: log, PICTURE: redDot } })

it('are told that a call was called off when the turn is interrupted, and live on', async () => {
  const world = await stubWorld()
  const log = join(world.workspace, 'slow.log')
  const session = await world.start({ mcp: { slow: slowServer(log) } })
  const running = world.run(session, [{ mcp: { server: 'slow', tool: 'wait', input: {} } }, { say: 'never' }])
  await untilExists(log)
  await session.interrupt()
  const signals = await running
  expect(settledOf(signals)).toEqual([{ type: 'settled', outcome: 'interrupted' }])
  expect(signals).toContainEqual(expect.objectContaining({ type: 'tool.done', outcome: 'interrupted' }))
  await expect.poll(() => readFile(log, 'utf8')).toContain('notifications/cancelled')
  expect(textOf(await world.run(session, [{ say: 'went on' }]))).toContain('went on')
  expect(lastSent(world)).toContain('Stopped by the user')
  expect((await world.box.processes()).filter((each) => session.keeps(each)).length).toBeGreaterThan(1)
})

it('show the model pictures', async () => {
  const world = await stubWorld()
  const session = await world.start({ mcp: { slow: slowServer(join(world.workspace, 'slow.log')) } })
  const signals = await world.run(session, [{ mcp: { server: 'slow', tool: 'look', input: {} } }, { say: 'a dot' }])
  expect(signals).toContainEqual(expect.objectContaining({ type: 'tool.done', outcome: 'ok', output: 'behold\n[a picture]' }))
  expect(lastSent(world).split(redDot)).toHaveLength(2)
})

it('end with the program, also when it is killed', async () => {
  const world = await stubWorld()
  await world.start({ mcp: { parrot: world.mcpServer } })
  const loop = (await world.box.processes()).find((each) => each.command.includes(program))
  if (loop === undefined) throw new Error('the program does not run')
  process.kill(loop.pid, 'SIGKILL')
  await expect.poll(() => world.box.processes(), { timeout: 10_000 }).toEqual([])
})

it('leave nothing running when the program does not start', async () => {
  const world = await harnessWorld(createOmniAdapter({ node: '/bin/false', program }))
  await expect(world.start({ mcp: { parrot: world.mcpServer } })).rejects.toMatchObject({ code: 'unavailable' })
  expect(await world.box.processes()).toEqual([])
})
