import { execFileSync } from 'node:child_process'
import { appendFile, chmod, mkdir, open, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { secretRepository, writeTree } from './hostile-objects.ts'
import { draw } from '../../support/lane.ts'
import { exists, WorktreeWorld } from './worktree-world.ts'

/**
 * What an agent does to its private directory, by hand, as it could from its box. Whatever it is: nothing of the user's moves, no program
 * runs, and the answer says why.
 */
const branch = 'omni/tree/child'
const refFile = `refs/heads/${branch}`

interface Case {
  readonly does: (world: WorktreeWorld) => Promise<unknown>
  readonly reason: string
  readonly detail?: RegExp
}

const setRef = (content: string) => async (world: WorktreeWorld) => {
  await world.childCommits()
  await writeFile(join(world.private, refFile), content)
}
const tree = (...rows: readonly (readonly [string, string, string])[]) => async (world: WorktreeWorld) => {
  await world.childCommits()
  const id = await writeTree(world, rows)
  const commit = world.child('commit-tree', id, '-p', 'HEAD', '-m', 'hostile tree')
  await writeFile(join(world.private, refFile), `${commit}\n`)
}
const objectFile = (world: WorktreeWorld, id: string) => join(world.private, 'objects', id.slice(0, 2), id.slice(2))
const modules = (text: string) => async (world: WorktreeWorld) => world.childCommits('.gitmodules', text)

const refused: Record<string, Case> = {
  'the branch deleted': { does: async (world) => rm(join(world.private, refFile)), reason: 'branch-gone' },
  'the branch renamed': { does: async (world) => world.child('branch', '-m', 'mine'), reason: 'branch-gone', detail: /it is on "mine"/ },
  'everything deleted': { does: async (world) => rm(world.private, { recursive: true }), reason: 'branch-gone' },
  'the ref a link to another': { does: async (world) => {
    await world.childCommits()
    await rename(join(world.private, refFile), join(world.private, 'refs/heads/real'))
    await symlink('../../real', join(world.private, refFile))
  }, reason: 'branch-unreadable' },
  'the folder of refs a link to the user’s': { does: async (world) => {
    await rm(join(world.private, 'refs'), { recursive: true })
    await symlink(join(world.user, '.git/refs'), join(world.private, 'refs'))
  }, reason: 'branch-unreadable' },
  'the ref a symbolic one': { does: setRef('ref: refs/heads/main\n'), reason: 'branch-unreadable', detail: /names no commit/ },
  'the ref leading to itself': { does: setRef(`ref: ${refFile}\n`), reason: 'branch-unreadable' },
  'the ref a path': { does: setRef('../../../../home\n'), reason: 'branch-unreadable' },
  'the ref an option': { does: setRef('--upload-pack=touch /tmp/x\n'), reason: 'branch-unreadable' },
  'two names in the ref': { does: async (world) => setRef(`${world.git('rev-parse', 'HEAD')}\n${world.git('rev-parse', 'HEAD')}\n`)(world), reason: 'branch-unreadable' },
  'a huge ref': { does: async (world) => {
    const file = await open(join(world.private, refFile), 'w')
    await file.truncate(3 * 1024 ** 3)
    await file.close()
  }, reason: 'branch-unreadable' },
  'a FIFO as the ref': { does: async (world) => {
    await rm(join(world.private, refFile))
    execFileSync('mkfifo', [join(world.private, refFile)])
  }, reason: 'branch-unreadable' },
  'huge packed refs': { does: async (world) => {
    await rm(join(world.private, refFile))
    await writeFile(join(world.private, 'packed-refs'), 'x'.repeat(5 * 1024 * 1024))
  }, reason: 'branch-unreadable' },
  'packed refs that say two things': { does: async (world) => {
    await rm(join(world.private, refFile))
    await writeFile(join(world.private, 'packed-refs'), `${'1'.repeat(40)} ${refFile}\n${'2'.repeat(40)} ${refFile}\n`)
  }, reason: 'branch-unreadable' },
  'a history of its own': { does: async (world) => {
    world.child('checkout', '-q', '--orphan', 'fresh')
    world.child('commit', '-qm', 'unrelated')
    world.child('branch', '-f', branch, 'fresh')
  }, reason: 'unrelated' },
  'a history that ends before the base': { does: async (world) => world.child('update-ref', `refs/heads/${branch}`, 'HEAD~1'), reason: 'unrelated' },
  'a replaced commit that looks like a descendant': { does: async (world) => {
    const real = await world.childCommits()
    const alone = world.child('commit-tree', 'HEAD^{tree}', '-m', 'alone')
    world.child('replace', alone, real)
    await writeFile(join(world.private, refFile), `${alone}\n`)
  }, reason: 'unrelated' },
  'a graft that joins a history of its own to the base': { does: async (world) => {
    const alone = world.child('commit-tree', 'HEAD^{tree}', '-m', 'alone')
    await writeFile(join(world.private, 'info/grafts'), `${alone} ${world.git('rev-parse', 'main')}\n`)
    await writeFile(join(world.private, refFile), `${alone}\n`)
  }, reason: 'unrelated' },
  'a shallow file that hides missing parents': { does: async (world) => {
    const first = await world.childCommits('x', '1')
    const second = await world.childCommits('x', '2')
    await rm(objectFile(world, first))
    await writeFile(join(world.private, 'shallow'), `${second}\n`)
  }, reason: 'broken' },
  'a branch that names a file': { does: async (world) => setRef(`${world.git('rev-parse', 'HEAD:a.txt')}\n`)(world), reason: 'broken', detail: /names a blob/ },
  'a branch that names a tag': { does: async (world) => {
    await world.childCommits()
    world.child('tag', '-am', 'tag', 'v1')
    await writeFile(join(world.private, refFile), `${world.child('rev-parse', 'v1')}\n`)
  }, reason: 'broken', detail: /names a tag/ },
  'a branch that names nothing': { does: setRef(`${'1'.repeat(40)}\n`), reason: 'broken' },
  'a missing file': { does: async (world) => {
    const id = await world.childCommits()
    await rm(objectFile(world, world.child('rev-parse', `${id}:new.txt`)))
  }, reason: 'broken' },
  'a damaged file': { does: async (world) => {
    const id = await world.childCommits()
    const file = objectFile(world, world.child('rev-parse', `${id}:new.txt`))
    await chmod(file, 0o644)
    await writeFile(file, 'garbage')
  }, reason: 'broken' },
  'another file under its name': { does: async (world) => {
    const id = await world.childCommits()
    const file = objectFile(world, world.child('rev-parse', `${id}:new.txt`))
    await writeFile(join(world.tree, 'other'), 'bad\n')
    await rm(file)
    await writeFile(file, await readFile(objectFile(world, world.child('hash-object', '-w', 'other'))))
  }, reason: 'broken' },
  'a damaged pack': { does: async (world) => {
    await world.childCommits()
    world.child('repack', '-adlq')
    const pack = (await readdir(join(world.private, 'objects/pack'))).find((name) => name.endsWith('.pack')) ?? ''
    await chmod(join(world.private, 'objects/pack', pack), 0o644)
    const file = await open(join(world.private, 'objects/pack', pack), 'r+')
    await file.write(Buffer.alloc(40, 0xff), 0, 40, 20)
    await file.close()
  }, reason: 'broken' },
  'objects of another repository, by alternates': { does: async (world) => {
    const secret = await secretRepository(world)
    await appendFile(join(world.private, 'objects/info/alternates'), `${secret.objects}\n`)
    await secret.commitIt()
  }, reason: 'broken' },
  'objects of another repository, by a link in its own': { does: async (world) => {
    const secret = await secretRepository(world)
    await secret.commitIt()
    for (const name of await readdir(secret.objects)) {
      await rm(join(world.private, 'objects', name), { recursive: true, force: true })
      await symlink(join(secret.objects, name), join(world.private, 'objects', name))
    }
  }, reason: 'broken' },
  'objects of another repository, by links to files': { does: async (world) => {
    const secret = await secretRepository(world)
    await secret.commitIt()
    await mkdir(join(world.private, 'objects', secret.id.slice(0, 2)), { recursive: true })
    await symlink(join(secret.objects, secret.id.slice(0, 2), secret.id.slice(2)), objectFile(world, secret.id))
  }, reason: 'broken' },
  'the folder of objects a link': { does: async (world) => {
    const secret = await secretRepository(world)
    await secret.commitIt()
    await rm(join(world.private, 'objects'), { recursive: true })
    await symlink(secret.objects, join(world.private, 'objects'))
  }, reason: 'objects-unreadable' },
  'the folder of objects a FIFO': { does: async (world) => {
    await world.childCommits()
    await rm(join(world.private, 'objects'), { recursive: true })
    execFileSync('mkfifo', [join(world.private, 'objects')])
  }, reason: 'objects-unreadable' },
  'a folder .git in the tree': { does: tree(['100644', '.git', 'x']), reason: 'broken', detail: /hasDotgit/ },
  'a folder .GIT in the tree': { does: tree(['100644', '.GIT', 'x']), reason: 'broken', detail: /hasDotgit/ },
  'git~1 in the tree': { does: tree(['100644', 'git~1', 'x']), reason: 'broken', detail: /hasDotgit/ },
  '.g\u200cit in the tree': { does: tree(['100644', '.g\u200cit', 'x']), reason: 'broken', detail: /hasDotgit/ },
  '.. in the tree': { does: tree(['100644', '..', 'x']), reason: 'broken', detail: /hasDotdot/ },
  'a path in the tree': { does: tree(['100644', '../x', 'x']), reason: 'broken', detail: /fullPathname/ },
  'a link .gitmodules': { does: tree(['120000', '.gitmodules', '/etc/passwd']), reason: 'broken', detail: /gitmodulesSymlink/ },
  'a file twice in the tree': { does: tree(['100644', 'a', 'x'], ['100644', 'a', 'y']), reason: 'broken', detail: /duplicateEntries/ },
  'a submodule with an option as its address': { does: modules('[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch x\n'), reason: 'broken', detail: /gitmodulesUrl/ },
  'a submodule with an option as its path': { does: modules('[submodule "x"]\n\tpath = -x\n\turl = https://example.org\n'), reason: 'broken', detail: /gitmodulesPath/ },
  'a submodule that leads out of modules': { does: modules('[submodule "../../hooks"]\n\tpath = x\n\turl = https://example.org\n'), reason: 'broken', detail: /gitmodulesName/ },
  'a submodule with a program': { does: modules('[submodule "x"]\n\tpath = x\n\turl = https://example.org\n\tupdate = !touch x\n'), reason: 'broken', detail: /gitmodulesUpdate/ },
}

describe('is refused, and changes not a byte of the user’s repository', () => {
  it.each(draw('hostile git directories', Object.entries(refused), 8))('%s', async (_, { does, reason, detail }) => {
    const world = await WorktreeWorld.make({ maxGitMs: 45_000 })
    await world.write('a.txt', 'second\n')
    world.commitAll('second')
    await world.makeChild()
    await does(world)
    const before = await world.snapshot({ objects: true })
    const outcome = await world.collect()
    expect(outcome).toMatchObject({ type: 'refused', reason, detail: detail === undefined ? expect.any(String) : expect.stringMatching(detail) })
    expect(await world.snapshot({ objects: true })).toEqual(before)
    expect((await readdir(world.state)).filter((name) => name.startsWith('run-'))).toEqual([])
    // What may be lost is not removed, either.
    expect(await world.worktrees.remove({ box: await world.box(), state: world.state })).toMatchObject({ type: 'refused' })
    expect(await exists(world.tree)).toBe(true)
  })

  it('a repository that has begun to borrow from elsewhere: by an agent that may write to it', async () => {
    const world = await WorktreeWorld.make()
    await world.makeChild()
    const secret = await secretRepository(world)
    await secret.commitIt()
    await writeFile(join(world.user, '.git/objects/info/alternates'), `${secret.objects}\n`)
    const before = await world.snapshot({ objects: true })
    await expect(world.collect()).rejects.toMatchObject({ code: 'forbidden', details: { objects: secret.objects } })
    await expect(world.worktrees.diff({ box: await world.box(), state: world.state })).rejects.toMatchObject({ code: 'forbidden' })
    expect(await world.snapshot({ objects: true })).toEqual(before)
  })

  it('more than is taken at once', async () => {
    for (const limits of [{ maxBytes: 2_000 }, { maxFiles: 2 }]) {
      const world = await WorktreeWorld.make({ limits })
      await world.makeChild()
      // It packs well: what it unfolds to counts.
      await world.childCommits('zeros', '0'.repeat(100_000))
      const before = await world.snapshot({ objects: true })
      expect(await world.collect()).toMatchObject({ type: 'refused', reason: 'too-large' })
      expect(await world.snapshot({ objects: true })).toEqual(before)
    }
  })
})
