import { chmod, mkdir, rename, rm, symlink, utimes } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { told, WorkspaceWorld } from './workspace-world.ts'

describe.each(['plain folder', 'repository'])('changes in a %s', (kind) => {
  let world: WorkspaceWorld
  beforeEach(async () => {
    world = await WorkspaceWorld.make()
    if (kind === 'repository') world.git('init', '-q')
    await world.write('a.txt', 'one\n')
    await world.write('deep/down/b.txt', 'two\n')
  })
  afterEach(() => world.end())

  it('are none at the first look', async () => {
    const workspace = await world.open()
    expect(await workspace.changes()).toEqual({ files: [], truncated: false, notCovered: [] })
  })

  it('are each told once, with the size', async () => {
    const workspace = await world.open()
    await workspace.changes()
    await world.write('a.txt', 'one and more\n')
    await world.write('new.txt', '12345')
    await rm(world.path('deep/down/b.txt'))
    expect((await workspace.changes()).files).toEqual([
      { path: 'a.txt', kind: 'modified', bytes: 13 }, { path: 'deep/down/b.txt', kind: 'deleted' }, { path: 'new.txt', kind: 'created', bytes: 5 },
    ])
    expect(await workspace.changes()).toMatchObject({ files: [] })
  })

  it('count from the first checkpoint, and none made in between hides one', async () => {
    const workspace = await world.open()
    const first = await workspace.checkpoint('start')
    await world.write('a.txt', '1')
    const second = await workspace.checkpoint('between')
    await world.write('c.txt', '2')
    expect(told(await workspace.changesSince(second.id))).toEqual(['created c.txt'])
    expect(told(await workspace.changes())).toEqual(['modified a.txt', 'created c.txt'])
    expect(told(await workspace.changesSince(first.id))).toEqual(['modified a.txt', 'created c.txt'])
  })

  it('are changes of bytes, mode or kind, not of time', async () => {
    const workspace = await world.open()
    await world.write('tool', 'x')
    await world.write('link')
    await workspace.changes()
    await utimes(world.path('a.txt'), 1, 1)
    await chmod(world.path('tool'), 0o755)
    await rm(world.path('link'))
    await symlink('a.txt', world.path('link'))
    expect(told(await workspace.changes())).toEqual(['modified link', 'modified tool'])
  })

  it('are seen when size and time of a file stay the same', async () => {
    const workspace = await world.open()
    await utimes(world.path('a.txt'), 1_000, 1_000)
    await workspace.changes()
    await world.write('a.txt', 'eno\n')
    await utimes(world.path('a.txt'), 1_000, 1_000)
    expect(told(await workspace.changes())).toEqual(['modified a.txt'])
  })

  it('see a folder that becomes a file, a link, and back', async () => {
    const workspace = await world.open()
    await workspace.changes()
    await rename(world.path('deep/down'), world.path('deep/old'))
    await world.write('deep/down', 'now a file')
    expect(told(await workspace.changes())).toEqual(['created deep/down', 'deleted deep/down/b.txt', 'created deep/old/b.txt'])
    await rm(world.path('deep/down'))
    await symlink('old', world.path('deep/down'))
    expect(told(await workspace.changes())).toEqual(['modified deep/down'])
    await rm(world.path('deep/down'))
    await mkdir(world.path('deep/down'))
    expect(told(await workspace.changes())).toEqual(['deleted deep/down'])
  })

  it('say what the project’s rules leave out, once', async () => {
    await world.write('.gitignore', 'node_modules\n*.log\n')
    await world.write('node_modules/big/x.js')
    await world.write('debug.log')
    const workspace = await world.open()
    expect((await workspace.changes()).notCovered).toEqual([{ reason: 'ignored', count: 2, paths: ['debug.log', 'node_modules/'] }])
    await world.write('node_modules/big/y.js')
    expect(await workspace.changes()).toEqual({ files: [], truncated: false, notCovered: [] })
  })

  it('keep seeing a file that is ignored later', async () => {
    const workspace = await world.open()
    await workspace.changes()
    await world.write('.gitignore', '*\n')
    await world.write('a.txt', 'hidden?\n')
    expect(told(await workspace.changes())).toContain('modified a.txt')
  })

  it('see watched paths that are ignored', async () => {
    await world.write('.gitignore', '.env\nsecrets/\n')
    const workspace = await world.open({ watch: ['.env', 'secrets/'] })
    await workspace.changes()
    await world.write('.env', 'KEY=1')
    await world.write('secrets/a/b', 'x')
    expect((await workspace.changes()).files).toEqual([{ path: '.env', kind: 'created', bytes: 5 }, { path: 'secrets/a/b', kind: 'created', bytes: 1 }])
    await world.write('.env', 'KEY=2')
    expect(told(await workspace.changes())).toEqual(['modified .env'])
  })

  it('are cut off where they are too many', async () => {
    const workspace = await world.open({ limits: { maxListed: 2 } })
    await workspace.changes()
    for (const name of ['x', 'y', 'z']) await world.write(name)
    const changes = await workspace.changes()
    expect([told(changes), changes.truncated]).toEqual([['created x', 'created y'], true])
  })
})

describe('changes of a repository', () => {
  let world: WorkspaceWorld
  beforeEach(async () => {
    world = await WorkspaceWorld.make()
    world.git('init', '-q')
    await world.write('a.txt')
  })
  afterEach(() => world.end())

  it('see what makes git run programs', async () => {
    const workspace = await world.open()
    await workspace.changes()
    await world.write('.git/hooks/pre-commit', '#!/bin/sh\n')
    world.git('config', 'core.fsmonitor', 'evil')
    await world.write('.git/commondir', '/elsewhere')
    expect(told(await workspace.changes())).toEqual(['created .git/commondir', 'modified .git/config', 'created .git/hooks/pre-commit'])
    await chmod(world.path('.git/hooks/pre-commit'), 0o755)
    expect(told(await workspace.changes())).toEqual(['modified .git/hooks/pre-commit'])
  })

  it('see that hooks lead elsewhere', async () => {
    const workspace = await world.open()
    await workspace.changes()
    await rm(world.path('.git/hooks'), { recursive: true, force: true })
    await symlink('/etc', world.path('.git/hooks'))
    expect(told(await workspace.changes())).toContain('created .git/hooks')
  })

  it('do not tell of commits', async () => {
    const workspace = await world.open()
    await workspace.changes()
    world.git('add', '-A')
    world.git('commit', '-qm', 'one')
    expect(told(await workspace.changes())).toEqual([])
  })
})
