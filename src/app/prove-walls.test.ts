import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createWallProof } from './prove-walls.ts'

const held = { name: 'reads a secret', blocked: true, detail: 'No such file or directory' }

async function machine() {
  const dir = await mkdtemp(join(tmpdir(), 'omni-walls-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const world = {
    file: join(dir, 'host', 'hold.json'), tried: 0, results: [held],
    /** As after a start of the host. */
    host: () => createWallProof({
      file: world.file,
      tryAll: async () => {
        world.tried += 1
        return world.results
      },
    }),
  }
  return world
}

it('tries the walls once, for all that start together and for the hosts that come later', async () => {
  const world = await machine()
  const proof = world.host()
  await Promise.all([proof(), proof()])
  await proof()
  await world.host()()
  expect(world.tried).toBe(1)
})

it('tries them again where they are made of something else', async () => {
  const world = await machine()
  await world.host()()
  const place: unknown = JSON.parse(await readFile(world.file, 'utf8'))
  expect(place).toMatchObject({ node: process.version, boot: expect.stringMatching(/^[\da-f-]{36}/), bwrap: ['/usr/bin/bwrap', expect.any(Number), expect.any(Number)] })
  await writeFile(world.file, JSON.stringify({ ...place as object, kernel: '1.0' }))
  await world.host()()
  expect(world.tried).toBe(2)
})

it('starts nothing while a way out is open, and looks again each time', async () => {
  const world = await machine()
  world.results = [held, { name: 'reaches a service', blocked: false, detail: 'it answered' }]
  const proof = world.host()
  await expect(proof()).rejects.toMatchObject({ code: 'unavailable', message: 'The sandbox does not hold on this machine, so no session is started in it. Ways out: reaches a service (it answered). Look with: omni doctor' })
  await expect(proof()).rejects.toThrow('does not hold')
  world.results = [held]
  await proof()
  expect(world.tried).toBe(3)
})
