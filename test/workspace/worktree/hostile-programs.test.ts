import { execFileSync } from 'node:child_process'
import { appendFile, chmod, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { secretRepository } from './hostile-objects.ts'
import { draw } from '../../support/lane.ts'
import { exists, WorktreeWorld } from './worktree-world.ts'

/** What may be there and must not count: the child's commits are taken, and nothing else of its doing happens. */

const programs = ['core.fsmonitor', 'core.sshCommand', 'core.editor', 'core.pager', 'core.askPass', 'core.gitProxy', 'core.alternateRefsCommand', 'diff.external', 'diff.evil.command', 'diff.evil.textconv', 'merge.evil.driver', 'filter.evil.clean', 'filter.evil.smudge', 'filter.evil.process', 'uploadpack.packObjectsHook', 'gpg.program', 'credential.helper', 'sequence.editor', 'remote.origin.uploadpack', 'remote.origin.vcs', 'pager.status', 'interactive.diffFilter', 'trailer.x.command']
const hooks = ['reference-transaction', 'post-index-change', 'post-checkout', 'pre-commit', 'post-commit', 'post-merge', 'update', 'pre-receive', 'post-receive', 'post-update', 'push-to-checkout', 'fsmonitor-watchman', 'post-rewrite', 'pre-auto-gc']

async function plantHooks(folder: string, trap: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of hooks) await symlink(trap, join(folder, name))
}

/** Everything but the one branch is as it was. */
async function onlyBranchMoves(world: WorktreeWorld, act: () => Promise<unknown>): Promise<void> {
  const rest = async () => Object.fromEntries(Object.entries(await world.snapshot()).filter(([path]) => !path.includes('omni/tree/child') && !path.startsWith('.git/worktrees/')))
  const before = await rest()
  await act()
  expect(await rest()).toEqual(before)
  expect(await world.sprung()).toEqual([])
}

it('the traps work', async () => {
  const world = await WorktreeWorld.make()
  const trap = await world.trap('real')
  world.git('config', 'core.fsmonitor', trap)
  world.git('status')
  expect(await world.sprung()).toEqual(['RAN-real', 'RAN-real'])
})

describe('no program runs', () => {
  it('of the child’s configuration, its attributes, its hooks, a module of its own or of a repository in its work folder', async () => {
    const world = await WorktreeWorld.make()
    const trap = await world.trap('child')
    await world.makeChild()
    const id = await world.childCommits('.gitattributes', '* filter=evil diff=evil merge=evil\n')
    // From here on git is not ours to run there.
    for (const key of programs) {
      const [section = '', ...rest] = key.split('.')
      const name = rest.pop() ?? ''
      await appendFile(join(world.private, 'config'), `[${section}${rest.length === 0 ? '' : ` "${rest.join('.')}"`}]\n\t${name} = "${trap}"\n`)
    }
    await appendFile(join(world.private, 'config'), `[core]\n\thooksPath = "${join(world.private, 'hooks')}"\n\tworktree = "${world.user}"\n[include]\n\tpath = /dev/tty\n[extensions]\n\tworktreeConfig = true\n\tpartialClone = origin\n[remote "origin"]\n\turl = "ext::${trap}"\n\tpromisor = true\n[alias]\n\tstatus = "!${trap}"\n`)
    await writeFile(join(world.private, 'config.worktree'), `[core]\n\tfsmonitor = "${trap}"\n`)
    await plantHooks(join(world.private, 'hooks'), trap)
    const inner = join(world.tree, 'inner')
    await mkdir(inner)
    world.gitIn(inner, 'init', '-q')
    world.gitIn(inner, 'commit', '-q', '--allow-empty', '-m', 'inner')
    world.gitIn(inner, 'config', 'core.fsmonitor', trap)
    await plantHooks(join(inner, '.git/hooks'), trap)
    await onlyBranchMoves(world, async () => {
      expect(await world.collect()).toMatchObject({ type: 'collected', head: id, uncommitted: { files: 1, paths: ['inner/'] }, notes: [] })
      expect((await world.worktrees.diff({ box: await world.box(), state: world.state })).text).toContain('+* filter=evil')
      expect(await world.worktrees.remove({ box: await world.box(), state: world.state, force: true })).toEqual({ type: 'removed', hasBranch: true })
    })
  })

  it('of a repository that is recorded as a submodule, and has moved on', async () => {
    const world = await WorktreeWorld.make()
    const trap = await world.trap('module')
    await world.makeChild()
    const inner = join(world.tree, 'inner')
    await mkdir(inner)
    world.gitIn(inner, 'init', '-q')
    world.gitIn(inner, 'commit', '-q', '--allow-empty', '-m', 'inner')
    world.child('add', '-A')
    world.child('commit', '-qm', 'with a gitlink')
    world.gitIn(inner, 'commit', '-q', '--allow-empty', '-m', 'inner 2')
    world.gitIn(inner, 'config', 'core.fsmonitor', trap)
    await onlyBranchMoves(world, async () => {
      expect(await world.collect()).toMatchObject({ type: 'collected', ahead: 1, uncommitted: { files: 1, paths: ['inner'] } })
      expect((await world.worktrees.diff({ box: await world.box(), state: world.state })).changed.paths).toEqual(['inner'])
      expect(await world.worktrees.remove({ box: await world.box(), state: world.state })).toMatchObject({ type: 'refused', reason: 'uncommitted' })
    })
  })

  it('of the user’s: neither a hook, nor a monitor, nor a filter', async () => {
    const world = await WorktreeWorld.make({ files: { '.gitattributes': '*.txt filter=evil\n', 'a.txt': 'one\n' } })
    const trap = await world.trap('user')
    await rm(join(world.user, '.git/hooks'), { recursive: true })
    await plantHooks(join(world.user, '.git/hooks'), trap)
    for (const key of programs) world.git('config', key, trap)
    const box = await world.box()
    const before = await world.snapshot()
    await world.makeChild()
    await writeFile(join(world.tree, 'new.txt'), 'new\n')
    const id = execFileSync('sh', ['-c', 'git add -A && git -c user.name=c -c user.email=c@e commit -qm child && git rev-parse HEAD'], { cwd: world.tree, env: { PATH: '/usr/bin:/bin', GIT_DIR: world.private, GIT_WORK_TREE: world.tree, GIT_CONFIG_NOSYSTEM: '1' }, encoding: 'utf8' }).trim()
    expect(await world.collect()).toMatchObject({ type: 'collected', head: id, uncommitted: { files: 0 } })
    await rm(join(world.tree, 'new.txt'))
    expect(await world.worktrees.remove({ box, state: world.state, force: true })).toEqual({ type: 'removed', hasBranch: true })
    expect(await world.sprung()).toEqual([])
    const after = await world.snapshot()
    expect(Object.keys(after).filter((path) => after[path] !== before[path])).toEqual(['.git/logs/refs/heads/omni/tree/child', '.git/refs/heads/omni/tree/child'])
  })
})

describe('does not count', () => {
  it.each(draw<[string, (world: WorktreeWorld) => Promise<unknown>]>('odd git directories', [
    ['an index that is none', async (world) => writeFile(join(world.private, 'index'), 'garbage')],
    ['an index that is a link', async (world) => {
      await rm(join(world.private, 'index'))
      await symlink(join(world.user, '.git/index'), join(world.private, 'index'))
    }],
    ['a configuration that is none', async (world) => writeFile(join(world.private, 'config'), '[[[')],
    ['a configuration that waits for ever', async (world) => {
      await rm(join(world.private, 'config'))
      execFileSync('mkfifo', [join(world.private, 'config')])
    }],
    ['alternates that go in circles, and elsewhere', async (world) => {
      const { objects } = await secretRepository(world)
      await writeFile(join(world.private, 'objects/info/alternates'), `${join(world.private, 'objects')}\n${objects}\n/dev/zero\n`)
    }],
    ['an index over packs, a commit-graph, bitmaps', async (world) => {
      for (const name of ['pack/multi-pack-index', 'info/commit-graph', 'pack/pack-1.bitmap', 'pack/pack-x.pack', 'info/packs']) await writeFile(join(world.private, 'objects', name), 'garbage')
    }],
    ['files among the objects that are none', async (world) => {
      await mkdir(join(world.private, 'objects/zz'), { recursive: true })
      await mkdir(join(world.private, 'objects/ab', 'c'.repeat(38)), { recursive: true })
      execFileSync('mkfifo', [join(world.private, 'objects/ab', 'd'.repeat(38))])
      await symlink('/dev/zero', join(world.private, 'objects/ab', 'e'.repeat(38)))
      await symlink('/dev/zero', join(world.private, 'objects/pack', `pack-${'1'.repeat(40)}.pack`))
    }],
    ['further branches and tags, and one that can not be', async (world) => {
      world.child('branch', 'other')
      world.child('tag', 'v1')
      await writeFile(join(world.private, 'refs/heads/broken'), 'ref: refs/heads/broken\n')
      world.child('update-ref', 'refs/omni/base', 'HEAD')
    }],
  ], 5))('%s', async (_, does) => {
    const world = await WorktreeWorld.make()
    await world.makeChild()
    const id = await world.childCommits()
    await does(world)
    await onlyBranchMoves(world, async () => {
      expect(await world.collect()).toMatchObject({ type: 'collected', head: id, ahead: 1, changed: { paths: ['new.txt'] }, uncommitted: { files: 0 }, notes: [] })
    })
    expect(world.git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main\nrefs/heads/omni/tree/child')
  })

  it.each(draw<[string, (head: string, world: WorktreeWorld) => Promise<unknown>, string]>('odd heads', [
    ['another branch', (head) => writeFile(head, 'ref: refs/heads/mine\n'), 'mine'],
    ['a link', (head, world) => symlink(join(world.user, '.git/HEAD'), head), 'no branch'],
    ['itself', (head) => symlink('HEAD', head), 'no branch'],
    ['nothing', async () => undefined, 'no branch'],
  ], 3))('a HEAD that leads to %s: the branch is taken, and it is said', async (_, plant, name) => {
    const world = await WorktreeWorld.make()
    await world.makeChild()
    const head = await world.childCommits()
    await rm(join(world.private, 'HEAD'))
    await plant(join(world.private, 'HEAD'), world)
    await onlyBranchMoves(world, async () => {
      expect(await world.collect()).toMatchObject({ type: 'collected', head, notes: [`The child is on "${name}": what it commits there is not collected.`] })
    })
  })
})

describe('the worktree', () => {
  it.each(draw<[string, (world: WorktreeWorld) => Promise<unknown>]>('odd worktrees', [
    ['with another .git', async (world) => {
      await rm(join(world.tree, '.git'))
      world.gitIn(world.tree, 'init', '-q')
      world.gitIn(world.tree, 'config', 'core.fsmonitor', await world.trap('dotgit'))
    }],
    ['with a .git that leads to the user’s', async (world) => writeFile(join(world.tree, '.git'), `gitdir: ${join(world.user, '.git')}\n`)],
    ['that was replaced by a link', async (world) => {
      await rename(world.tree, `${world.tree}-moved`)
      await symlink(world.user, world.tree)
    }],
  ], 3))('%s is left alone: commits are taken, nothing is removed', async (_, does) => {
    const world = await WorktreeWorld.make()
    await world.makeChild()
    const head = await world.childCommits()
    await does(world)
    await onlyBranchMoves(world, async () => {
      const outcome = await world.collect()
      expect(outcome).toMatchObject({ type: 'collected', head, notes: [expect.stringContaining('not the one that was made')] })
      expect(outcome).not.toHaveProperty('uncommitted')
      expect(await world.worktrees.remove({ box: await world.box(), state: world.state, force: true })).toMatchObject({ type: 'refused', reason: 'not-ours' })
    })
    expect([await exists(join(world.user, 'a.txt')), await exists(world.tree), await exists(world.state)]).toEqual([true, true, true])
  })

  it('with a FIFO that git waits for: commits are taken, its status is not told', async () => {
    const world = await WorktreeWorld.make({ maxGitMs: 12_000 })
    await world.makeChild()
    const head = await world.childCommits()
    await mkdir(join(world.tree, 'deep'))
    execFileSync('mkfifo', [join(world.tree, 'deep/.gitignore')])
    await onlyBranchMoves(world, async () => {
      expect(await world.collect()).toMatchObject({ type: 'collected', head, notes: [expect.stringContaining('can not be told')] })
    })
    await rm(join(world.tree, 'deep'), { recursive: true })
    expect(await world.collect()).toMatchObject({ type: 'collected', uncommitted: { files: 0 }, notes: [] })
    expect(world.gitIn(world.tree, 'status', '--porcelain')).toBe('')
  })

  it('with links and closed folders in it is removed; what links lead to stays', async () => {
    const world = await WorktreeWorld.make()
    await world.makeChild()
    await symlink(world.user, join(world.tree, 'link'))
    await symlink(join(world.user, '.git'), join(world.private, 'refs/link'))
    await symlink('/', join(world.private, 'objects/info/link'))
    await mkdir(join(world.tree, 'closed'))
    await writeFile(join(world.tree, 'closed/file'), '')
    await mkdir(join(world.private, 'closed/deep'), { recursive: true })
    for (const path of [join(world.tree, 'closed/file'), join(world.tree, 'closed'), join(world.private, 'closed/deep'), join(world.private, 'closed')]) await chmod(path, 0o000)
    expect(await world.worktrees.remove({ box: await world.box(), state: world.state, force: true })).toEqual({ type: 'removed', hasBranch: false })
    expect([await readFile(join(world.user, 'a.txt'), 'utf8'), world.git('status', '--porcelain'), await exists(world.tree), await exists(world.state)]).toEqual(['one\n', '', false, false])
  })
})
