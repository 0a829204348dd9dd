import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exists, WorktreeWorld } from './worktree-world.ts'

describe('collect', () => {
  it('says nothing new, then takes what came, then what was rewritten; what is not committed stays and is told', async () => {
    const world = await WorktreeWorld.make()
    const { base } = await world.makeChild()
    expect(await world.collect()).toMatchObject({ type: 'collected', head: base, ahead: 0, changed: { files: 0, added: 0, removed: 0, paths: [] }, uncommitted: { files: 0 } })
    await world.childCommits('one.txt', '1\n2\n')
    await writeFile(join(world.tree, 'a.txt'), 'changed\n')
    await mkdir(join(world.tree, 'fresh'))
    await writeFile(join(world.tree, 'fresh/x'), '')
    expect(await world.collect()).toMatchObject({ ahead: 1, changed: { files: 1, added: 2, removed: 0 }, uncommitted: { files: 2, paths: ['a.txt', 'fresh/'] } })
    expect(world.gitIn(world.tree, 'status', '--porcelain')).toBe(' M a.txt\n?? fresh/')
    world.child('commit', '-qam', 'two')
    world.child('reset', '-q', '--soft', base)
    world.child('commit', '-qm', 'rewritten')
    const head = world.child('rev-parse', 'HEAD')
    expect(await world.collect()).toMatchObject({ head, ahead: 1, changed: { files: 2, added: 3, removed: 1, paths: ['a.txt', 'one.txt'] }, uncommitted: { files: 1, paths: ['fresh/'] } })
    expect(world.git('rev-parse', 'omni/tree/child')).toBe(head)
    world.child('reset', '-q', '--hard', base)
    expect(await world.collect()).toMatchObject({ head: base, ahead: 0, changed: { files: 0 } })
  })

  it('takes many objects as a pack, merges, modes, links and names that are no UTF-8', async () => {
    const world = await WorktreeWorld.make()
    await world.makeChild()
    for (let n = 0; n < 150; n += 1) await writeFile(join(world.tree, `f${n}`), String(n))
    await writeFile(Buffer.concat([Buffer.from(`${world.tree}/`), Buffer.from([0xff, 0xfe])]), 'raw')
    await writeFile(join(world.tree, 'new\nline\u202e'), 'odd')
    await writeFile(join(world.tree, 'run'), '#!/bin/sh\n', { mode: 0o755 })
    await world.childCommits()
    world.child('checkout', '-q', '-b', 'side', 'HEAD~1')
    await world.childCommits('side.txt')
    world.child('checkout', '-q', 'omni/tree/child')
    world.child('merge', '-q', '--no-edit', 'side')
    world.child('gc', '-q')
    world.child('pack-refs', '--all')
    const outcome = await world.collect()
    expect(outcome).toMatchObject({ type: 'collected', ahead: 3, changed: { files: 155 }, uncommitted: { files: 0 } })
    expect(world.git('fsck', '--strict', '--connectivity-only')).not.toMatch(/missing|error/)
    const diff = await world.worktrees.diff({ box: await world.box(), state: world.state })
    expect(diff.text).toMatch(/^[\n\t\u0020-\u007e]*$/)
    expect(diff.text).toContain(String.raw`"b/new\nline\342\200\256"`)
    expect([diff.isCut, diff.headTree, diff.baseTree]).toEqual([false, world.git('rev-parse', 'omni/tree/child^{tree}'), world.git('rev-parse', 'main^{tree}')])
  })

  it('leaves the branch to a user who has gone on with it, and takes up again what goes on from there', async () => {
    const world = await WorktreeWorld.make()
    await world.makeChild()
    const first = await world.childCommits()
    await world.collect()
    await writeFile(join(world.tree, 'mine.txt'), 'mine')
    world.gitIn(world.tree, 'add', 'mine.txt')
    world.gitIn(world.tree, 'commit', '-qm', 'by the user')
    const mine = world.git('rev-parse', 'omni/tree/child')
    await world.childCommits('more.txt')
    expect(await world.collect()).toMatchObject({ type: 'refused', reason: 'moved' })
    expect(world.git('rev-parse', 'omni/tree/child')).toBe(mine)
    world.git('update-ref', 'refs/heads/omni/tree/child', first)
    expect(await world.collect()).toMatchObject({ type: 'collected', ahead: 2 })
    world.git('worktree', 'remove', '--force', world.tree)
    world.git('branch', '-D', 'omni/tree/child')
    expect(await world.collect()).toMatchObject({ type: 'refused', reason: 'moved' })
    expect(world.git('branch', '--list', 'omni/*')).toBe('')
  })

  it('leaves a worktree alone in which the user has gone to another branch', async () => {
    const world = await WorktreeWorld.make()
    await world.makeChild()
    world.gitIn(world.tree, 'checkout', '-q', '-b', 'mine')
    const head = await world.childCommits()
    expect(await world.collect()).toMatchObject({ type: 'collected', head, notes: [expect.stringContaining('is not on omni/tree/child')] })
    expect(world.gitIn(world.tree, 'status', '--porcelain')).toBe('?? new.txt')
  })

  it('makes the index anew where it is damaged', async () => {
    const world = await WorktreeWorld.make()
    await world.makeChild()
    await world.childCommits()
    await writeFile(join(world.user, '.git/worktrees/child/index'), 'garbage')
    expect(await world.collect()).toMatchObject({ uncommitted: { files: 0 }, notes: [] })
    expect(world.gitIn(world.tree, 'status', '--porcelain')).toBe('')
  })

  it('waits with the index while another git is at work there', async () => {
    const world = await WorktreeWorld.make()
    await world.makeChild()
    await world.childCommits()
    const lock = join(world.user, '.git/worktrees/child/index.lock')
    await writeFile(lock, '')
    expect(await world.collect()).toMatchObject({ type: 'collected', ahead: 1, uncommitted: { files: 0 }, notes: [expect.stringContaining('Another git')] })
    await rm(lock)
    expect(await world.collect()).toMatchObject({ notes: [] })
    expect(world.gitIn(world.tree, 'status', '--porcelain')).toBe('')
  })

  it('there is nothing to collect where nothing was made', async () => {
    const world = await WorktreeWorld.make()
    await expect(world.collect()).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('diff', () => {
  it('is cut where it is told to be, and says so', async () => {
    const world = await WorktreeWorld.make()
    const { base } = await world.makeChild()
    for (const name of ['b1', 'b2', 'b3']) await writeFile(join(world.tree, name), `${name}\n`.repeat(100))
    await writeFile(join(world.tree, 'b0'), Buffer.from([0, 1, 2]))
    await world.childCommits('.gitattributes', '* -diff binary\n')
    await world.collect()
    const ask = async (more: object = {}) => world.worktrees.diff({ box: await world.box(), state: world.state, ...more })
    const all = await ask()
    // Attributes of the child's own making hide nothing.
    expect(all).toMatchObject({ base, isCut: false, changed: { files: 5, added: 301, paths: ['.gitattributes', 'b0', 'b1', 'b2', 'b3'] } })
    expect([all.text.match(/^\+b1$/gm)?.length, all.text.includes('Binary files /dev/null and b/b0 differ')]).toEqual([100, true])
    const few = await ask({ maxFiles: 3 })
    expect([few.isCut, few.changed.files, few.text.includes('b/b1'), few.text.includes('b/b2')]).toEqual([true, 5, true, false])
    expect(await ask({ maxBytes: 500 })).toMatchObject({ isCut: true, text: all.text.slice(0, 500) })
    expect(await ask({ maxFiles: 0 })).toMatchObject({ isCut: true, text: '' })
  })
})

describe('remove', () => {
  it('keeps what is nowhere else, unless it is given up; a branch with commits stays', async () => {
    const world = await WorktreeWorld.make()
    const box = await world.box()
    const remove = (more: object = {}) => world.worktrees.remove({ box, state: world.state, ...more })
    await world.makeChild()
    await writeFile(join(world.tree, 'draft.txt'), '')
    expect(await remove()).toMatchObject({ type: 'refused', reason: 'uncommitted', detail: expect.stringContaining('draft.txt') })
    const head = await world.childCommits()
    expect(await remove()).toMatchObject({ type: 'refused', reason: 'uncollected' })
    await world.collect()
    world.child('checkout', '-q', '-b', 'mine')
    expect(await remove()).toMatchObject({ type: 'refused', reason: 'uncollected', detail: expect.stringContaining('"mine"') })
    world.child('checkout', '-q', 'omni/tree/child')
    world.git('worktree', 'lock', world.tree)
    expect(await remove({ force: true })).toMatchObject({ type: 'refused', reason: 'locked' })
    world.git('worktree', 'unlock', world.tree)
    expect(await remove()).toEqual({ type: 'removed', hasBranch: true })
    expect([world.git('rev-parse', 'omni/tree/child'), await exists(world.tree), await exists(world.state), await exists(join(world.user, '.git/worktrees'))]).toEqual([head, false, false, false])
  })

  it('keeps an empty branch when asked; leaves what is ignored to nobody', async () => {
    const world = await WorktreeWorld.make({ files: { '.gitignore': 'built/\n' } })
    await world.makeChild()
    await mkdir(join(world.tree, 'built'))
    await writeFile(join(world.tree, 'built/x'), '')
    expect(await world.worktrees.remove({ box: await world.box(), state: world.state, keepBranch: true })).toEqual({ type: 'removed', hasBranch: true })
    expect(await exists(world.tree)).toBe(false)
  })

  it('cleans up after a user who removed the worktree, and does not touch one that he made in its place', async () => {
    const world = await WorktreeWorld.make()
    const box = await world.box()
    await world.makeChild()
    world.git('worktree', 'remove', world.tree)
    await expect(world.makeChild()).rejects.toMatchObject({ code: 'conflict' })
    world.git('worktree', 'add', '-q', '-b', 'mine', world.tree)
    expect(await world.worktrees.remove({ box, state: world.state, force: true })).toMatchObject({ type: 'refused', reason: 'not-ours' })
    world.git('worktree', 'remove', world.tree)
    expect(await world.worktrees.remove({ box, state: world.state })).toEqual({ type: 'removed', hasBranch: false })
    expect(world.git('branch', '--list', 'omni/*')).toBe('')
  })

  it('removes what it can where the repository is gone', async () => {
    const world = await WorktreeWorld.make()
    const box = await world.box()
    await world.makeChild()
    await rm(join(world.user, '.git'), { recursive: true })
    expect(await world.worktrees.remove({ box, state: world.state, force: true })).toMatchObject({ type: 'refused', reason: 'not-ours' })
    await rm(world.tree, { recursive: true })
    expect(await world.worktrees.remove({ box, state: world.state, force: true })).toEqual({ type: 'removed', hasBranch: false })
    expect(await exists(world.state)).toBe(false)
  })

  it('leaves a folder alone that has no record of ours', async () => {
    const world = await WorktreeWorld.make()
    await mkdir(world.state)
    await writeFile(join(world.state, 'theirs'), '')
    expect(await world.worktrees.remove({ box: await world.box(), state: world.state, force: true })).toEqual({ type: 'removed', hasBranch: false })
    expect(await exists(join(world.state, 'theirs'))).toBe(true)
  })
})

it('lists what is there, half made and gone ones too', async () => {
  const world = await WorktreeWorld.make()
  const folder = join(world.base, 'states')
  expect([await world.worktrees.list(folder), await world.worktrees.list(join(world.base, 'none'))]).toEqual([[], []])
  const { base } = await world.makeChild()
  const two = { path: join(world.base, 'trees', 'two'), state: join(folder, 'two'), branch: 'omni/tree/two' }
  await world.makeChild(two)
  await rm(two.path, { recursive: true })
  await writeFile(join(folder, 'no-record'), '')
  const known = { repository: join(world.user, '.git'), stage: 'made', head: base }
  expect(await world.worktrees.list(folder)).toEqual([
    { ...known, state: world.state, path: world.tree, branch: 'omni/tree/child', folder: 'there' },
    { ...known, ...two, folder: 'gone' },
  ])
})

it('finds a free branch among the user’s', async () => {
  const world = await WorktreeWorld.make()
  const box = await world.box()
  const ask = (title: string) => world.worktrees.freeBranch({ box, repository: join(world.user, 'src'), tree: 'tree', title })
  expect(await ask('A title')).toBe('omni/tree/a-title')
  world.git('branch', 'omni/tree/a-title')
  world.git('branch', 'OMNI/tree/b/deeper')
  world.git('pack-refs', '--all')
  expect([await ask('A title'), await ask('b'), await ask('c')]).toEqual(['omni/tree/a-title-2', 'omni/tree/b-2', 'omni/tree/c'])
  world.git('branch', '-D', 'OMNI/tree/b/deeper', 'omni/tree/a-title')
  world.git('branch', 'omni')
  expect(await ask('c')).toBe('omni-2/tree/c')
  expect(await world.makeChild({ branch: await ask('c') })).toMatchObject({ branch: 'omni-2/tree/c' })
})
