import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createWorkspaces } from '../../src/workspace/open-workspaces.ts'
import { hostWorld } from '../support/host-world.ts'
import { createOffOmnibox } from '../../src/omnibox/off/off-omnibox.ts'
import type { Workspace } from '../../src/spec/ports/workspace.ts'
import { countingIds } from '../support/counting-ids.ts'
import { realClock } from '../support/real-clock.ts'

async function watchedWorld() {
  const shadow = await mkdtemp(join(tmpdir(), 'omni-shadow-'))
  onTestFinished(() => rm(shadow, { recursive: true, force: true }))
  return hostWorld({ workspaces: { open: createWorkspaces({ clock: realClock, searchPath: '/usr/bin:/bin' }).open, shadow } })
}
const changesIn = (world: Awaited<ReturnType<typeof watchedWorld>>) => world.facts('files.changed')

it('tells what a command did to files before the next call is decided', async () => {
  const world = await watchedWorld()
  await writeFile(join(world.workspace, 'old.txt'), 'old')
  world.run('t1', [{ shell: 'echo new > new.txt; echo more >> old.txt' }, { shell: 'rm new.txt' }, { say: 'done' }])
  await world.settled('t1')
  const types = world.numbered().map(({ fact }) => fact.type).filter((type) => /^(?:call\.|files)/.test(type))
  expect(types).toEqual(['call.wanted', 'call.done', 'files.changed', 'call.wanted', 'call.done', 'files.changed'])
  // One state before the turn, one after each call that changed something; each change lies between two of them.
  const kept = world.facts('checkpoint.made')
  expect(kept.map(({ label }) => label)).toEqual(['Before a turn', 'After a call', 'After a call'])
  const [start, first, second] = kept.map(({ checkpoint }) => checkpoint)
  const calls = world.facts('call.wanted').map(({ call }) => call)
  expect(changesIn(world)).toEqual([
    { type: 'files.changed', call: calls[0], changes: [{ path: join(world.workspace, 'new.txt'), kind: 'created', bytes: 4 }, { path: join(world.workspace, 'old.txt'), kind: 'modified', bytes: 8 }], from: start, to: first },
    { type: 'files.changed', call: calls[1], changes: [{ path: join(world.workspace, 'new.txt'), kind: 'deleted' }], from: first, to: second },
  ])
})

it('takes what changes between turns for nobody’s call', async () => {
  const world = await watchedWorld()
  world.run('t1', [{ shell: 'true' }, { say: 'one' }])
  await world.settled('t1')
  await writeFile(join(world.workspace, 'by-hand.txt'), 'mine')
  world.run('t2', [{ shell: 'echo its > its.txt' }, { say: 'two' }])
  await world.settled('t2')
  expect(changesIn(world).map(({ call, changes }) => [call !== undefined, changes.map(({ path }) => path.slice(world.workspace.length + 1))])).toEqual([[false, ['by-hand.txt']], [true, ['its.txt']]])
})

it('sees the hooks of the repository, and says once a turn when it can not look', async () => {
  const world = await watchedWorld()
  execFileSync('git', ['init', '-q', world.workspace])
  world.run('t1', [{ shell: 'echo evil > .git/hooks/pre-commit' }, { say: 'one' }])
  await world.settled('t1')
  expect(changesIn(world).flatMap(({ changes }) => changes.map(({ path }) => path))).toContain(join(world.workspace, '.git/hooks/pre-commit'))

  const shadow = await mkdtemp(join(tmpdir(), 'omni-shadow-'))
  onTestFinished(() => rm(shadow, { recursive: true, force: true }))
  const blind = await hostWorld({ workspaces: { open: () => Promise.reject(new Error('no git here')), shadow } })
  await mkdir(join(blind.workspace, 'x'))
  blind.run('t1', [{ shell: 'true' }, { shell: 'true' }, { say: 'one' }])
  await blind.settled('t1')
  expect(blind.facts('files.unseen')).toEqual([{ type: 'files.unseen', reason: 'no git here' }])
  blind.run('t2', [{ shell: 'true' }, { say: 'two' }])
  await blind.settled('t2')
  expect(blind.facts('files.unseen')).toHaveLength(2)
})

it('does not look at a whole home folder, and says so', async () => {
  const world = await watchedWorld()
  world.run('t1', [{ shell: 'echo x > x.txt' }, { say: 'one' }], { workspace: { mode: 'here', path: join(world.workspace, '..') } })
  await world.settled('t1')
  expect(changesIn(world)).toEqual([])
  expect(world.facts('files.unseen').map(({ reason }) => reason)).toEqual([expect.stringContaining('is no folder of a project')])
})

it('drops states that are older than a month when the session is put away', async () => {
  const shadow = await mkdtemp(join(tmpdir(), 'omni-shadow-'))
  onTestFinished(() => rm(shadow, { recursive: true, force: true }))
  const world = await hostWorld({ workspaces: { open: (place) => createWorkspaces({ clock: realClock, searchPath: '/usr/bin:/bin' }).open(place), shadow } })
  const day = 24 * 60 * 60 * 1_000
  const states = async (work: (folder: Workspace) => Promise<unknown>, ago = 0) => {
    const omnibox = createOffOmnibox({ clock: realClock, ids: countingIds() })
    const box = await omnibox.open({ name: 'off', workspace: world.workspace, home: shadow })
    const folder = await createWorkspaces({ clock: { ...realClock, now: () => realClock.now() - ago }, searchPath: '/usr/bin:/bin' }).open({ box, workspace: world.workspace, home: join(shadow, 'by-hand'), shadow })
    try {
      return await work(folder)
    } finally {
      await folder.close()
      await box.close()
    }
  }
  await states((folder) => folder.checkpoint('old'), 31 * day)
  await states((folder) => folder.checkpoint('young'), 29 * day)
  world.run('t1', [{ shell: 'echo new > new.txt' }, { say: 'done' }])
  await world.settled('t1')
  await world.host.close()
  expect(await states(async (folder) => (await folder.checkpoints()).map(({ label }) => label))).toEqual(['young', 'Before a turn', 'After a call'])
})
