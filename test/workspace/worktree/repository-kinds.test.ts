import { execFileSync } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exists, WorktreeWorld } from './worktree-world.ts'

/** A child commits one file, and it arrives: what must hold in every kind of repository. */
async function comesAndGoes(world: WorktreeWorld): Promise<void> {
  expect(world.gitIn(world.tree, 'status', '--porcelain')).toBe('')
  expect(world.child('status', '--porcelain')).toBe('')
  const id = await world.childCommits('in/the/child.txt')
  expect(await world.collect()).toMatchObject({ type: 'collected', head: id, ahead: 1, changed: { paths: ['in/the/child.txt'] }, uncommitted: { files: 0, paths: [] }, notes: [] })
  expect(world.git('rev-parse', 'omni/tree/child')).toBe(id)
  expect(world.gitIn(world.tree, 'status', '--porcelain')).toBe('')
  expect(world.git('fsck', '--strict')).not.toMatch(/error|missing/)
}

describe('a repository', () => {
  it('with submodules: they are left as they are, and that is said', async () => {
    const world = await WorktreeWorld.make()
    await mkdir(join(world.base, 'sub'))
    world.gitIn(join(world.base, 'sub'), 'init', '-q')
    world.gitIn(join(world.base, 'sub'), 'commit', '-q', '--allow-empty', '-m', 'sub')
    world.git('submodule', '--quiet', 'add', join(world.base, 'sub'), 'lib')
    world.commitAll('with a submodule')
    expect((await world.makeChild()).notes).toEqual(['One submodule is not checked out in the worktree.'])
    expect(await exists(join(world.tree, 'lib/.git'))).toBe(false)
    await comesAndGoes(world)
  })

  it.each([['cone', ['--cone', 'src'], ['in']], ['patterns', ['--no-cone', '/src/', '/in/'], []]])('with a sparse checkout (%s): the worktree has the same part', async (_, patterns, more) => {
    const world = await WorktreeWorld.make({ files: { 'top.txt': '1', 'src/b.txt': 'b', 'other/c.txt': 'c', 'other/deep/d.txt': 'd' } })
    world.git('sparse-checkout', 'set', ...patterns, ...more)
    expect((await world.makeChild()).notes).toEqual(['Only the files of your sparse checkout are in the worktree.'])
    expect([await exists(join(world.tree, 'src/b.txt')), await exists(join(world.tree, 'other'))]).toEqual([true, false])
    await comesAndGoes(world)
    expect(world.git('ls-tree', '-r', '--name-only', 'omni/tree/child')).toContain('other/deep/d.txt')
    expect(world.gitIn(world.tree, 'ls-files', '-t')).toContain('S other/deep/d.txt')
  })

  it('with filters: none runs, files stay as they are stored', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'
    const world = await WorktreeWorld.make({ files: { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'big.bin': pointer } })
    const trap = await world.trap('filter')
    for (const name of ['clean', 'smudge', 'process']) world.git('config', `filter.lfs.${name}`, trap)
    world.git('config', 'filter.lfs.required', 'true')
    world.git('config', 'diff.lfs.textconv', trap)
    expect((await world.makeChild()).notes).toEqual(['Files that go through a filter (Git LFS, for example) are as they are stored, as pointers: no filter program was run.'])
    expect(await readFile(join(world.tree, 'big.bin'), 'utf8')).toBe(pointer)
    await world.childCommits('more.bin', `${pointer}\n`)
    expect(await world.collect()).toMatchObject({ type: 'collected', uncommitted: { files: 0 } })
    expect((await world.worktrees.diff({ box: await world.box(), state: world.state })).text).toContain('+version https://git-lfs')
    expect(await world.sprung()).toEqual([])
  })

  it('with settings per worktree, line ends and attributes of the user’s', async () => {
    const world = await WorktreeWorld.make({ files: { 'a.txt': 'one\ntwo\n', 'b.bat': 'x\n' } })
    world.git('config', 'extensions.worktreeConfig', 'true')
    world.git('config', '--worktree', 'core.autocrlf', 'true')
    await writeFile(join(world.user, '.git/info/attributes'), '*.bat text eol=lf\n')
    await world.makeChild()
    expect([await readFile(join(world.tree, 'a.txt'), 'utf8'), await readFile(join(world.tree, 'b.bat'), 'utf8')]).toEqual(['one\r\ntwo\r\n', 'x\n'])
    await comesAndGoes(world)
  })

  it('that is a shallow clone', async () => {
    const world = await WorktreeWorld.make()
    await world.write('a.txt', 'second\n')
    world.commitAll('second')
    execFileSync('git', ['clone', '-q', '--depth', '1', `file://${world.user}`, join(world.base, 'clone')])
    await rm(world.user, { recursive: true })
    execFileSync('mv', [join(world.base, 'clone'), world.user])
    await world.makeChild()
    expect(world.child('log', '--format=%s')).toBe('second')
    await comesAndGoes(world)
  })

  it('that does not have all files, and gets no more: says so, and is cleaned up', async () => {
    const world = await WorktreeWorld.make()
    world.git('config', 'uploadpack.allowFilter', 'true')
    execFileSync('git', ['clone', '-q', '--no-checkout', '--filter=blob:none', `file://${world.user}`, join(world.base, 'clone')])
    await rm(world.user, { recursive: true })
    execFileSync('mv', [join(world.base, 'clone'), world.user])
    await expect(world.makeChild()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('does not have all files') })
    expect(await world.worktrees.remove({ box: await world.box(), state: world.state })).toEqual({ type: 'removed', hasBranch: false })
    expect([await exists(world.tree), world.git('worktree', 'list').split('\n').length, world.git('branch', '--list', 'omni/*')]).toEqual([false, 1, ''])
  })

  it('without commits: says so', async () => {
    const world = await WorktreeWorld.make({ files: {} })
    await expect(world.makeChild()).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('no commit yet') })
    expect([await exists(world.tree), world.git('worktree', 'list').split('\n').length]).toEqual([false, 1])
  })

  it('with a detached HEAD, and packed refs', async () => {
    const world = await WorktreeWorld.make()
    const first = world.git('rev-parse', 'HEAD')
    await world.write('a.txt', 'second\n')
    world.commitAll('second')
    world.git('checkout', '-q', '--detach', first)
    world.git('pack-refs', '--all')
    expect(await world.makeChild()).toMatchObject({ base: first })
    world.git('pack-refs', '--all')
    world.child('pack-refs', '--all')
    await comesAndGoes(world)
  })

  it('that is a linked worktree itself: its HEAD, its sparse part', async () => {
    const world = await WorktreeWorld.make({ files: { 'src/b.txt': 'b', 'other/c.txt': 'c' } })
    const linked = join(world.base, 'trees', 'linked')
    world.git('worktree', 'add', '-q', '-b', 'feature', linked)
    await writeFile(join(linked, 'f.txt'), 'f')
    world.gitIn(linked, 'add', '-A')
    world.gitIn(linked, 'commit', '-qm', 'on feature')
    world.gitIn(linked, 'sparse-checkout', 'set', 'src', 'in')
    const made = await world.makeChild({ repository: join(linked, 'src') })
    expect(made.base).toBe(world.git('rev-parse', 'feature'))
    expect([await exists(join(world.tree, 'f.txt')), await exists(join(world.tree, 'other'))]).toEqual([true, false])
    await comesAndGoes(world)
  })

  it('that names its objects with SHA-256', async () => {
    const world = await WorktreeWorld.make({ init: ['--object-format=sha256'] })
    expect((await world.makeChild()).base).toHaveLength(64)
    await comesAndGoes(world)
  })

  it('that is bare', async () => {
    const world = await WorktreeWorld.make()
    execFileSync('git', ['clone', '-q', '--bare', world.user, join(world.base, 'bare')])
    await rm(world.user, { recursive: true })
    execFileSync('mv', [join(world.base, 'bare'), world.user])
    await world.makeChild()
    await comesAndGoes(world)
  })

  it('of a later format: says that git is too old', async () => {
    const world = await WorktreeWorld.make()
    world.git('config', 'core.repositoryformatversion', '1')
    world.git('config', 'extensions.refStorage', 'reftable')
    await expect(world.makeChild()).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('newer git') })
  })

  it('that borrows objects: only from folders that are named', async () => {
    const world = await WorktreeWorld.make()
    const lender = join(world.base, 'lender')
    execFileSync('git', ['clone', '-q', '--bare', world.user, lender])
    await rm(world.user, { recursive: true })
    execFileSync('git', ['clone', '-q', '--shared', lender, world.user])
    const objects = join(lender, 'objects')
    await world.box({ reads: [objects] })
    await expect(world.makeChild()).rejects.toMatchObject({ code: 'forbidden', details: { objects } })
    expect(await world.makeChild({ mayBorrow: [lender] })).toMatchObject({ objects: [join(world.user, '.git/objects'), objects] })
    await comesAndGoes(world)
  })
})

it('says what the child does not have: changes, staged or not, and new files', async () => {
  const world = await WorktreeWorld.make()
  expect((await world.makeChild()).hadChanges).toBe(false)
  const more = (name: string) => ({ path: join(world.base, 'trees', name), state: join(world.base, 'states', name), branch: `omni/tree/${name}` })
  await world.write('new.txt', 'new')
  expect((await world.makeChild(more('two'))).hadChanges).toBe(true)
  await rm(join(world.user, 'new.txt'))
  await world.write('a.txt', 'changed')
  expect((await world.makeChild(more('three'))).hadChanges).toBe(true)
  world.git('add', '-A')
  expect((await world.makeChild(more('four'))).hadChanges).toBe(true)
  expect(await readFile(join(world.base, 'trees', 'four', 'a.txt'), 'utf8')).toBe('one\n')
})

it('refuses what can not be', async () => {
  const world = await WorktreeWorld.make()
  world.git('branch', 'omni/tree/taken')
  for (const [more, code] of [
    [{ base: 'no-such' }, 'not_found'], [{ base: '--all' }, 'not_found'], [{ base: 'HEAD:a.txt' }, 'not_found'], [{ branch: 'main' }, 'invalid'], [{ branch: 'omni/../x' }, 'invalid'],
    [{ path: 'relative' }, 'invalid'], [{ path: join(world.base, 'none', 'child') }, 'invalid'], [{ path: `${world.tree}\nx` }, 'invalid'], [{ path: world.user }, 'conflict'], [{ path: join(world.user, '.git', 'x') }, 'conflict'], [{ state: join(world.tree, 'state') }, 'invalid'],
    [{ branch: 'omni/tree/taken' }, 'conflict'], [{ repository: join(world.base, 'trees') }, 'not_found'], [{ repository: join(world.base, 'none') }, 'not_found'],
  ] as const) await expect(world.makeChild(more), JSON.stringify(more)).rejects.toMatchObject({ code })
  expect(world.git('worktree', 'list').split('\n')).toHaveLength(1)
})

it('starts from what is named', async () => {
  const world = await WorktreeWorld.make()
  const first = world.git('rev-parse', 'HEAD')
  world.git('tag', '-am', 'one', 'v1')
  await world.write('a.txt', 'second\n')
  world.commitAll('second')
  expect((await world.makeChild({ base: 'v1' })).base).toBe(first)
})
