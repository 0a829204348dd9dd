import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Box } from '../../../src/spec/ports/box.ts'
import { draw } from '../../support/lane.ts'
import { exists, WorktreeWorld } from './worktree-world.ts'

/** A box whose nth git is not started, or stopped as soon as it is: what follows never happens, as with a host that is killed there. */
function breakingBox(box: Box, nth: number, how: 'before' | 'after', abort: AbortController): Box {
  let started = 0
  return {
    ...box,
    spawn(command) {
      started += 1
      if (started === nth && how === 'before') abort.abort(new Error('killed'))
      const child = box.spawn(command)
      if (started === nth && how === 'after') void child.exited.then(() => abort.abort(new Error('killed')))
      return child
    },
  }
}

/** Many gits, one after the other. */
const patience = 240_000

/** All that a try leaves, by what can be seen of it. */
async function seen(world: WorktreeWorld): Promise<unknown> {
  return {
    worktrees: world.git('worktree', 'list', '--porcelain'), refs: world.git('for-each-ref'), status: world.gitIn(world.tree, 'status', '--porcelain'), own: world.child('status', '--porcelain', '-b'),
    known: await world.worktrees.list(join(world.base, 'states')), locked: await exists(join(world.user, '.git/worktrees/child/locked')), left: (await readdir(world.state)).toSorted(),
  }
}

it.each(draw('kills of a make', ['before', 'after'] as const, 1))('a make that is killed %s any of its steps is made whole by the next', async (how) => {
  const world = await WorktreeWorld.make()
  const box = await world.box()
  const before = await world.snapshot()
  const wanted = await world.makeChild()
  const whole = await seen(world)
  await world.worktrees.remove({ box, state: world.state })
  expect(await world.snapshot()).toEqual(before)
  let killed = 0
  for (let nth = 1; nth <= 20; nth += 1) {
    const abort = new AbortController()
    const outcome = await world.makeChild({ box: breakingBox(box, nth, how, abort) }, abort.signal).catch((error: Error) => error.message)
    if (abort.signal.aborted) killed += 1
    // The last abort may come too late.
    if (typeof outcome === 'string') expect(outcome).toBe('killed')
    expect(await world.makeChild()).toEqual(wanted)
    expect(await seen(world), `${how} ${nth}`).toEqual(whole)
    expect(await world.worktrees.remove({ box, state: world.state })).toEqual({ type: 'removed', hasBranch: false })
    expect(await world.snapshot()).toEqual(before)
    if (!abort.signal.aborted) break
  }
  expect(killed).toBeGreaterThan(6)
}, patience)

it.each(draw('half made worktrees', ['nothing', 'git', 'git dot-git', 'tree/.git', 'tree', 'tree seat', 'tree seat branch', 'seat/omnigent', 'seat/index git'], 2))('a make that was killed with %s missing is made whole', async (names) => {
  const missing = names.split(' ').filter((name) => name !== 'nothing')
  const world = await WorktreeWorld.make()
  const wanted = await world.makeChild()
  const whole = await seen(world)
  const record = join(world.state, 'record.json')
  await writeFile(record, JSON.stringify({ ...(JSON.parse(await readFile(record, 'utf8')) as object), stage: 'making', indexed: undefined }))
  const places: Record<string, string> = { tree: world.tree, 'tree/.git': world.tree, seat: join(world.user, '.git/worktrees/child'), 'seat/omnigent': join(world.user, '.git/worktrees/child/omnigent'), 'seat/index': join(world.user, '.git/worktrees/child/index') }
  for (const name of missing.filter((each) => each !== 'branch')) await rm(places[name] ?? join(world.state, name), { recursive: true })
  if (missing.includes('tree/.git')) await mkdir(world.tree)
  if (missing.includes('branch')) world.git('update-ref', '-d', 'refs/heads/omni/tree/child')
  expect(await world.makeChild()).toEqual(wanted)
  expect(await seen(world)).toEqual(whole)
})

it('a make that was killed keeps to the commit that it began with', async () => {
  const world = await WorktreeWorld.make()
  const box = await world.box()
  const first = world.git('rev-parse', 'HEAD')
  const abort = new AbortController()
  await expect(world.makeChild({ box: breakingBox(box, 9, 'before', abort) }, abort.signal)).rejects.toThrow('killed')
  await world.write('a.txt', 'second\n')
  world.commitAll('second')
  expect((await world.makeChild()).base).toBe(first)
})

it('git killed in the middle of its own work leaves nothing that stays', async () => {
  const world = await WorktreeWorld.make()
  const box = await world.box()
  const abort = new AbortController()
  await expect(world.makeChild({ box: breakingBox(box, 9, 'before', abort) }, abort.signal)).rejects.toThrow('killed')
  const seat = join(world.user, '.git/worktrees/child')
  await rm(world.tree, { recursive: true, force: true })
  await rm(seat, { recursive: true, force: true })
  await mkdir(seat, { recursive: true })
  await writeFile(join(seat, 'locked'), 'initializing')
  await mkdir(join(world.user, '.git/worktrees/child-of-the-user'))
  await world.makeChild()
  expect([await exists(join(seat, 'locked')), await exists(join(world.user, '.git/worktrees/child1')), await exists(join(world.user, '.git/worktrees/child-of-the-user'))]).toEqual([false, false, true])
})

it('a collect that is killed anywhere is made whole by the next, also when the child has rewritten its branch meanwhile', async () => {
  const world = await WorktreeWorld.make()
  const box = await world.box()
  const { base } = await world.makeChild()
  let killed = 0
  for (let nth = 1; nth <= 30; nth += 1) {
    await world.childCommits('a.txt', `try ${nth}\n`)
    const abort = new AbortController()
    await world.worktrees.collect({ box: breakingBox(box, nth, nth % 2 === 0 ? 'before' : 'after', abort), state: world.state }, abort.signal).catch((error: Error) => expect(error.message).toBe('killed'))
    if (abort.signal.aborted) killed += 1
    world.child('reset', '-q', '--soft', base)
    world.child('commit', '-qm', `again ${nth}`)
    const head = world.child('rev-parse', 'HEAD')
    expect(await world.collect()).toMatchObject({ type: 'collected', head, ahead: 1, uncommitted: { files: 0 }, notes: [] })
    expect([world.git('rev-parse', 'omni/tree/child'), world.gitIn(world.tree, 'status', '--porcelain')]).toEqual([head, ''])
    if (!abort.signal.aborted) break
  }
  expect(killed).toBeGreaterThan(8)
}, patience)

it('a remove that is killed anywhere goes on', async () => {
  const world = await WorktreeWorld.make()
  const box = await world.box()
  const before = await world.snapshot()
  for (let nth = 1; nth <= 8; nth += 1) {
    await world.makeChild()
    const abort = new AbortController()
    await world.worktrees.remove({ box: breakingBox(box, nth, 'before', abort), state: world.state }, abort.signal).catch((error: Error) => expect(error.message).toBe('killed'))
    expect(await world.worktrees.remove({ box, state: world.state })).toEqual({ type: 'removed', hasBranch: false })
    expect(await world.worktrees.remove({ box, state: world.state })).toEqual({ type: 'removed', hasBranch: false })
    expect([await world.snapshot(), await exists(world.state), await exists(world.tree)]).toEqual([before, false, false])
    if (!abort.signal.aborted) break
  }
})
