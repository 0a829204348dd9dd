import { readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { told, WorkspaceWorld } from './workspace-world.ts'

describe('checkpoints', () => {
  let world: WorkspaceWorld
  beforeEach(async () => {
    world = await WorkspaceWorld.make()
    await world.write('a.txt', 'one\n')
  })
  afterEach(() => world.end())

  it('say what they are, and are listed oldest first after a restart', async () => {
    let now = 1_700_000_000_000
    const clock = { now: () => now, after: () => () => undefined }
    const workspace = await world.open({ clock })
    const first = await workspace.checkpoint('first "one"\nof two')
    now += 1
    const second = await workspace.checkpoint('second')
    expect(first).toEqual({ id: expect.stringMatching(/^[0-9a-f]{40}$/), label: 'first "one"\nof two', at: 1_700_000_000_000, tree: second.tree, home: join(world.base, 'one'), notCovered: [] })
    await workspace.close()
    expect(await (await world.open()).checkpoints()).toEqual([first, second])
  })

  it('have equal trees for equal files', async () => {
    const workspace = await world.open()
    const first = await workspace.checkpoint('first')
    await world.write('a.txt', 'two\n')
    const second = await workspace.checkpoint('second')
    await world.write('a.txt', 'one\n')
    const third = await workspace.checkpoint('third')
    expect([first.tree === second.tree, first.tree === third.tree]).toEqual([false, true])
  })

  it('record where the user’s repository stands, and leave it as it is', async () => {
    world.git('init', '-q')
    const workspace = await world.open()
    expect((await workspace.checkpoint('unborn')).repository).toEqual({ branch: 'refs/heads/main' })
    world.git('add', '-A')
    world.git('commit', '-qm', 'one')
    await world.write('staged', 'x')
    world.git('add', 'staged')
    const before = await listing(world.path('.git'))
    const { repository } = await workspace.checkpoint('staged')
    expect(await listing(world.path('.git'))).toEqual(before)
    expect(repository).toEqual({ branch: 'refs/heads/main', head: world.git('rev-parse', 'HEAD'), indexTree: world.git('write-tree') })
    world.git('checkout', '-q', '--detach')
    const { repository: detached } = await workspace.checkpoint('detached')
    expect(detached).not.toHaveProperty('branch')
  })

  it('record the same of a linked worktree', async () => {
    world.git('init', '-q')
    world.git('add', '-A')
    world.git('commit', '-qm', 'one')
    world.git('worktree', 'add', '-q', '-b', 'side', '../side')
    const workspace = await world.open({ workspace: join(world.base, 'side') })
    expect((await workspace.checkpoint('start')).repository).toEqual({ branch: 'refs/heads/side', head: world.git('rev-parse', 'HEAD'), indexTree: world.git('rev-parse', 'HEAD^{tree}') })
  })

  it('use no configuration of the user', async () => {
    await writeFile(join(world.base, '.gitconfig'), 'this is no configuration\n')
    await writeFile(join(world.base, 'one'), '')
    const workspace = await world.open()
    expect((await workspace.checkpoint('start')).label).toBe('start')
  })

  it('are private to their folder, whatever path leads to it', async () => {
    await symlink('work', join(world.base, 'alias'))
    const direct = await (await world.open()).checkpoint('direct')
    expect(await (await world.open({ workspace: join(world.base, 'alias'), session: 'two' })).checkpoints()).toEqual([direct])
    expect((await stat(world.shadow)).mode & 0o077).toBe(0)
  })

  it('are dropped with their bytes, and nothing that is still needed goes with them', async () => {
    const workspace = await world.open()
    await world.write('a.txt', 'dropped\n')
    const dropped = await workspace.checkpoint('dropped')
    await world.write('a.txt', 'kept\n')
    const kept = await workspace.checkpoint('kept')
    await world.write('a.txt', 'only seen\n')
    await workspace.changes()
    await world.write('a.txt', 'looked at\n')
    await workspace.changesSince(kept.id)
    const other = await world.open({ session: 'two' })
    await makeOld(world.shadow)
    expect(await other.prune(({ id }) => id === kept.id)).toBe(1)
    expect((await other.checkpoints()).map(({ id }) => id)).toEqual([kept.id])
    expect(await contents(world)).toEqual({ 'dropped\n': false, 'kept\n': true, 'only seen\n': true, 'looked at\n': true })
    await expect(workspace.changesSince(dropped.id)).rejects.toMatchObject({ code: 'not_found' })
    await world.write('b.txt', 'x')
    expect(told(await workspace.changes())).toEqual(['modified a.txt', 'created b.txt'])
    const left = await workspace.checkpoint('left')
    expect(await workspace.restore({ to: kept.id, paths: [{ path: 'a.txt', left: left.id }] })).toMatchObject({ restored: ['a.txt'] })
    expect(await world.read('a.txt')).toBe('kept\n')
  })

  it('need a folder that is there, and an open one', async () => {
    await expect(world.open({ workspace: join(world.base, 'nowhere') })).rejects.toMatchObject({ code: 'not_found' })
    await expect(world.open({ workspace: world.path('a.txt') })).rejects.toMatchObject({ code: 'not_found' })
    await expect(world.open({ shadow: join(world.work, 'a.txt') })).rejects.toMatchObject({ code: 'unavailable' })
    const workspace = await world.open()
    await workspace.close()
    await expect(workspace.checkpoint('late')).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('end when they are told to, and work again', async () => {
    const workspace = await world.open()
    const abort = new AbortController()
    const running = workspace.checkpoint('stopped', abort.signal)
    abort.abort(new Error('enough'))
    await expect(running).rejects.toThrow('enough')
    expect((await workspace.checkpoint('again')).label).toBe('again')
    expect(await workspace.checkpoints()).toHaveLength(1)
  })

  async function contents({ work, shadow }: WorkspaceWorld): Promise<Record<string, boolean>> {
    const [repository = ''] = await readdir(shadow)
    const ids: Record<string, string> = {}
    for (const text of ['dropped\n', 'kept\n', 'only seen\n', 'looked at\n']) {
      await writeFile(join(work, '../text'), text)
      ids[text] = world.git('hash-object', '../text')
    }
    const all = world.git(`--git-dir=${join(shadow, repository)}`, 'cat-file', '--batch-all-objects', '--batch-check')
    return Object.fromEntries(Object.entries(ids).map(([text, id]) => [text, all.includes(id)]))
  }
})

/** Every file below, with its bytes and times. */
async function listing(folder: string): Promise<string[]> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  return await Promise.all(files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name)
    const { mtimeMs, ctimeMs } = await stat(path)
    return `${path} ${mtimeMs} ${ctimeMs} ${(await readFile(path)).toString('base64')}`
  }))
}

async function makeOld(folder: string): Promise<void> {
  for (const { parentPath, name } of (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())) {
    if (parentPath.includes('/objects/')) await utimes(join(parentPath, name), 1_000_000, 1_000_000)
  }
}

