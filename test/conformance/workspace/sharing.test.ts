import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { told, WorkspaceWorld } from './workspace-world.ts'

describe('a shared or broken-off workspace', () => {
  let world: WorkspaceWorld
  beforeEach(async () => {
    world = await WorkspaceWorld.make()
    await world.write('a.txt', 'one\n')
  })
  afterEach(() => world.end())

  it('is opened by many sessions at the same moment', async () => {
    const opened = await Promise.all(['1', '2', '3', '4'].map((session) => world.open({ session })))
    const made = await Promise.all(opened.flatMap((workspace, at) => [workspace.checkpoint(`a${at}`), workspace.checkpoint(`b${at}`)]))
    expect(new Set(made.map(({ tree }) => tree)).size).toBe(1)
    expect(new Set((await opened[0]?.checkpoints())?.map(({ id }) => id))).toEqual(new Set(made.map(({ id }) => id)))
    expect((await readdir(world.shadow)).length).toBe(1)
  })

  it('shows each session what it has not seen yet', async () => {
    const [one, two] = [await world.open({ session: '1' }), await world.open({ session: '2' })]
    await Promise.all([one.changes(), two.changes()])
    await world.write('b.txt')
    expect(told(await one.changes())).toEqual(['created b.txt'])
    await world.write('c.txt')
    expect([told(await one.changes()), told(await two.changes())]).toEqual([['created c.txt'], ['created b.txt', 'created c.txt']])
  })

  it('does not lose what another session wrote to a going back', async () => {
    const [one, two] = [await world.open({ session: '1' }), await world.open({ session: '2' })]
    const start = await one.checkpoint('start')
    await world.write('a.txt', 'by one\n')
    const left = await one.checkpoint('left by one')
    await world.write('a.txt', 'by two\n')
    await two.checkpoint('left by two')
    expect((await one.restore({ to: start.id, paths: [{ path: 'a.txt', left: left.id }] })).conflicts).toHaveLength(1)
    expect(await world.read('a.txt')).toBe('by two\n')
  })

  it('goes on after locks, half files and damage that a crash left', async () => {
    const workspace = await world.open()
    const start = await workspace.checkpoint('start')
    await workspace.close()
    const [repository = ''] = await readdir(world.shadow)
    const session = join(world.shadow, repository, 'omni', (await readdir(join(world.shadow, repository, 'omni')))[0] ?? '')
    const [run = ''] = await readdir(session)
    await writeFile(join(session, run, 'index.lock'), 'half')
    await mkdir(join(session, 'run-empty'))
    await mkdir(join(world.shadow, 'new-half'))
    await world.write('a.txt', 'two\n')
    const again = await world.open()
    expect(told(await again.changesSince(start.id))).toEqual(['modified a.txt'])
    const [now = ''] = await readdir(session)
    await writeFile(join(session, now, 'index.lock'), 'half')
    await writeFile(join(session, now, 'index'), 'damaged')
    expect(told(await again.changesSince(start.id))).toEqual(['modified a.txt'])
    expect(await readdir(session)).toHaveLength(1)
  })

  it('sees after a restart what changed meanwhile, even in the same second', async () => {
    await utimes(world.path('a.txt'), 1_000, 1_000)
    const workspace = await world.open()
    const start = await workspace.checkpoint('start')
    await workspace.close()
    await world.write('a.txt', 'eno\n')
    await utimes(world.path('a.txt'), 1_000, 1_000)
    expect(told(await (await world.open()).changesSince(start.id))).toEqual(['modified a.txt'])
  })

  it('has every checkpoint whole that was made before a kill -9', async () => {
    const home = join(world.base, 'one')
    const made: string[] = []
    for (const rounds of [1, 2, 3]) {
      const program = spawn(process.execPath, [join(import.meta.dirname, 'checkpoint-loop.ts'), world.work, home, world.shadow], { stdio: ['ignore', 'pipe', 'inherit'] })
      for await (const line of createInterface(program.stdout)) {
        made.push(line.split(' ')[1] ?? '')
        if (line.startsWith(`${rounds} `)) program.kill('SIGKILL')
      }
      if (program.exitCode === null && program.signalCode === null) await once(program, 'exit')
    }
    const workspace = await world.open()
    const listed = new Set((await workspace.checkpoints()).map(({ id }) => id))
    expect(made.filter((id) => !listed.has(id))).toEqual([])
    const left = await workspace.checkpoint('left')
    const [first = ''] = made
    expect((await workspace.restore({ to: first, paths: [{ path: 'counter', left: left.id }] })).conflicts).toEqual([])
    expect(await world.read('counter')).toBe('round 1\n')
  })
})
