import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { deflateSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { told, WorkspaceWorld } from './workspace-world.ts'

/** The first look at a large repository copies what that has packed already; nothing of it is borrowed, and nothing believed. */
describe('a large repository', () => {
  let world: WorkspaceWorld
  const count = 1_100
  const text = (index: number) => `file ${index}\n`
  beforeEach(async () => {
    world = await WorkspaceWorld.make()
    world.git('init', '-q')
    for (let index = 0; index < count; index += 1) {
      const path = world.path(`d${index % 10}/f${index}`)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text(index))
    }
    world.git('add', '-A')
    world.git('-c', 'user.name=a', '-c', 'user.email=a@a', 'commit', '-qm', 'x')
  })
  afterEach(() => world.end())
  const objectsOf = () => world.path('.git/objects')

  it.each(['packed', 'loose'])('whose objects are %s can lose them all: its checkpoints stay', async (kind) => {
    if (kind === 'packed') world.git('gc', '-q', '--prune=now')
    writeFileSync(world.path('d1/f1'), 'changed before the first look\r\n')
    const workspace = await world.open()
    const { checkpoint } = await workspace.keep('start', true)
    rmSync(objectsOf(), { recursive: true })
    for (const name of ['d1/f1', 'd5/f5']) writeFileSync(world.path(name), 'later')
    const { files, checkpoint: left } = await workspace.keep('left', false)
    expect(files.map(({ path }) => path)).toEqual(['d1/f1', 'd5/f5'])
    const { restored } = await workspace.restore({ to: checkpoint?.id ?? '', paths: ['d1/f1', 'd5/f5'].map((path) => ({ path, left: left?.id ?? '' })) })
    expect([restored, await readFile(world.path('d1/f1'), 'utf8'), await readFile(world.path('d5/f5'), 'utf8')]).toEqual([['d1/f1', 'd5/f5'], 'changed before the first look\r\n', text(5)])
  }, 120_000)

  it('is looked at as any other where its objects are missing, forged or unreadable', async () => {
    const hash = world.git('rev-parse', 'HEAD:d7/f7').trim()
    const forged = world.path(`.git/objects/${hash.slice(0, 2)}/${hash.slice(2)}`)
    chmodSync(forged, 0o644)
    writeFileSync(forged, deflateSync(Buffer.from('blob 7\0forged\n')))
    const workspace = await world.open()
    const { checkpoint } = await workspace.keep('start', true)
    writeFileSync(world.path('d7/f7'), 'later')
    const { checkpoint: left } = await workspace.keep('left', false)
    await workspace.restore({ to: checkpoint?.id ?? '', paths: [{ path: 'd7/f7', left: left?.id ?? '' }] })
    expect(await readFile(world.path('d7/f7'), 'utf8')).toBe(text(7))

    for (const folder of readdirSync(objectsOf()).filter((name) => name.length === 2)) rmSync(`${objectsOf()}/${folder}`, { recursive: true })
    const other = await world.open({ session: 'other' })
    expect(told(await other.changes())).toEqual([])
    expect((await other.checkpoint('again')).tree).toBe(checkpoint?.tree)
  }, 120_000)

  it('lends nothing: the shadow names no other place, and the repository is not written to', async () => {
    const before = execFileSync('find', [world.path('.git'), '-type', 'f', '-printf', '%p %s %T@\n'], { encoding: 'utf8' })
    const workspace = await world.open()
    await workspace.keep('start', true)
    expect(execFileSync('find', [world.path('.git'), '-type', 'f', '-printf', '%p %s %T@\n'], { encoding: 'utf8' })).toBe(before)
    expect(readdirSync(world.shadow, { recursive: true, encoding: 'utf8' }).filter((name) => /alternates|seed-/.test(name))).toEqual([])
  }, 120_000)
})
