import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { BoxCeiling } from '../../src/spec/agent/box-ceiling.ts'
import { hostWorld } from '../support/host-world.ts'

const say = [{ say: 'done' }]
const variable = (name: string) => ['${', name, '}'].join('')

it('holds at every turn, also for a program that runs already, and in the server’s word as in this machine’s', async () => {
  let ceiling: BoxCeiling | undefined
  const world = await hostWorld({ settings: { harness: async () => ({}), ceiling: async () => ceiling } })
  world.run('t1', say)
  expect(await world.settled('t1')).toMatchObject({ outcome: 'completed' })
  ceiling = { profile: 'open' }
  world.run('t2', say)
  expect(await world.settled('t2')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('This machine gives no session sandbox profile off (the most is open).') })
  ceiling = undefined
  world.run('t3', say, { ceiling: { profile: 'workspace' } })
  expect(await world.settled('t3')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('The server gives no session sandbox profile off') })
  world.run('t4', say)
  expect(await world.settled('t4')).toMatchObject({ outcome: 'completed' })
})

it('counts where a path leads, not where it lies', async () => {
  const world = await hostWorld()
  const granted = join(world.homeDir, 'granted')
  const beside = join(world.homeDir, 'beside')
  await mkdir(join(granted, 'own'), { recursive: true })
  await mkdir(beside)
  await symlink(beside, join(granted, 'link'))
  await symlink(granted, join(world.workspace, 'way'))
  const run = async (turn: string, path: string) => {
    world.run(turn, say, { ceiling: { read: [granted] }, sandbox: { profile: 'off', read: [path] } })
    return (await world.settled(turn))?.reason
  }
  expect(await run('t1', join(granted, 'link'))).toContain(`${JSON.stringify(beside)} to read`)
  expect(await run('t2', 'way/link')).toContain(`${JSON.stringify(beside)} to read`)
  expect(await run('t3', 'way/own')).toBeUndefined()
})

it('counts variables that are let in, and those that values are made of', async () => {
  const world = await hostWorld()
  world.run('t1', say, { ceiling: { env: ['PATH'] }, env: { pass: ['PATH', 'CI'], set: { A: `${variable('HOME')}/x`, B: `$${variable('LANG')}` } } })
  expect((await world.settled('t1'))?.reason).toContain('no session the host variable CI; the host variable HOME. Take')
})
