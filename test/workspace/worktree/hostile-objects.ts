import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { WorktreeWorld } from './worktree-world.ts'

/** Puts a tree that git itself would not make into the child's objects: rows of mode, name and content. Gives its name. */
export async function writeTree(world: WorktreeWorld, rows: readonly (readonly [string, string, string])[]): Promise<string> {
  const parts: Buffer[] = []
  for (const [mode, name, content] of rows) {
    await writeFile(join(world.base, 'draft'), content)
    const id = world.child('hash-object', '-w', join(world.base, 'draft'))
    parts.push(Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex'))
  }
  await writeFile(join(world.base, 'draft'), Buffer.concat(parts))
  return world.child('hash-object', '-w', '-t', 'tree', '--literally', join(world.base, 'draft'))
}

/** Another repository, which the box of ours shows, and the child's does not: it knows only the name of a file in there. */
export async function secretRepository(world: WorktreeWorld): Promise<{ readonly objects: string; readonly id: string; commitIt(): Promise<void> }> {
  // In a folder that the box of ours can read.
  const dir = join(world.base, 'states', 'secret')
  await mkdir(dir)
  world.gitIn(dir, 'init', '-q')
  await writeFile(join(dir, 'secret'), 'the secret\n')
  const id = world.gitIn(dir, 'hash-object', '-w', 'secret')
  return {
    objects: join(dir, '.git/objects'), id,
    async commitIt() {
      const listing = `100644 blob ${id}\tsecret\n`
      const env = { PATH: '/usr/bin:/bin', GIT_DIR: world.private }
      const tree = execFileSync('git', ['mktree', '--missing'], { input: listing, env, encoding: 'utf8' }).trim()
      await writeFile(join(world.private, 'refs/heads/omni/tree/child'), `${world.child('commit-tree', tree, '-p', 'refs/omni/base', '-m', 'with the secret')}\n`)
    },
  }
}
