import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { WorktreeWorld } from './worktree-world.ts'

it('makes a real linked worktree on a branch of its own, and changes nothing else of the user’s', async () => {
  const world = await WorktreeWorld.make()
  const before = await world.snapshot({ worktrees: false })
  const made = await world.makeChild()
  expect(made).toMatchObject({ path: world.tree, branch: 'omni/tree/child', base: world.git('rev-parse', 'HEAD'), objects: [join(world.user, '.git/objects')], hadChanges: false, notes: [] })
  expect(world.git('worktree', 'list', '--porcelain')).toContain(`worktree ${world.tree}\nHEAD ${made.base}\nbranch refs/heads/omni/tree/child`)
  expect(await readFile(join(world.tree, 'src/b.txt'), 'utf8')).toBe('two\n')
  expect(world.gitIn(world.tree, 'status', '--porcelain')).toBe('')
  const { '.git/refs/heads/omni/tree/child': ref, '.git/logs/refs/heads/omni/tree/child': log, ...after } = await world.snapshot({ worktrees: false })
  expect([typeof ref, typeof log]).toEqual(['string', 'string'])
  expect(after).toEqual(before)
})

it('gives the child a git that knows one branch and its base, and no setting of the user’s', async () => {
  const world = await WorktreeWorld.make()
  world.git('config', 'remote.origin.url', 'https://secret.example/x')
  world.git('branch', 'other')
  world.git('tag', 'v1')
  const made = await world.makeChild({ identity: { name: 'The "child"\n[core]', email: 'c@example.org' } })
  const said = await world.inChildBox(made, 'git status --porcelain; git for-each-ref --format="%(refname)"; git config --list | grep -v ^core; ls .git hooks; echo x > x; git add x; git commit -qm "from the box"; git log --format="%an %s"; git fsck 2>&1; ls $(git rev-parse --git-dir)/hooks; touch $(cat $(git rev-parse --git-dir)/objects/info/alternates)/y')
  expect(said).toContain('refs/heads/omni/tree/child\nrefs/omni/base\n')
  expect(said).not.toMatch(/other|v1|secret/)
  expect(said).toContain('The "child" [core] from the box\nu first\n')
  expect(said).toContain('Read-only file system')
  expect(await readdir(join(made.gitDir, 'hooks'))).toEqual([])
  expect(await world.collect()).toMatchObject({ type: 'collected', ahead: 1, changed: { files: 1, added: 1, removed: 0, paths: ['x'] }, uncommitted: { files: 0 }, notes: [] })
  expect(world.git('log', '--format=%s', 'omni/tree/child')).toBe('from the box\nfirst')
  expect(world.gitIn(world.tree, 'status', '--porcelain')).toBe('')
})
