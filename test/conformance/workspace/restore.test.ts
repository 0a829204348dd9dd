import { chmod, lstat, mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Workspace } from '../../../src/spec/ports/workspace.ts'
import { told, WorkspaceWorld } from './workspace-world.ts'

describe('restore', () => {
  let world: WorkspaceWorld
  let workspace: Workspace
  beforeEach(async () => {
    world = await WorkspaceWorld.make()
    await world.write('kept', 'kept\n')
    await world.write('edited', 'before\n')
    await world.write('gone/deep/file', 'was here\n')
    workspace = await world.open()
  })
  afterEach(() => world.end())
  const back = (to: { id: string }, left: { id: string }, ...paths: string[]) => workspace.restore({ to: to.id, paths: paths.map((path) => ({ path, left: left.id })) })

  it('takes named paths back, and nothing else', async () => {
    const start = await workspace.checkpoint('start')
    await world.write('edited', 'after\n')
    await world.write('kept', 'edited too\n')
    await rm(world.path('gone'), { recursive: true })
    await world.write('new/file')
    const left = await workspace.checkpoint('left')
    const result = await back(start, left, 'edited', 'gone/deep/file', 'new/file', 'absent')
    expect({ ...result, restored: result.restored.toSorted() }).toMatchObject({ restored: ['edited', 'gone/deep/file', 'new/file'], unchanged: ['absent'], conflicts: [] })
    expect(await Promise.all(['edited', 'kept', 'gone/deep/file', 'new/file', 'new'].map((path) => world.state(path)))).toEqual(['file before\n', 'file edited too\n', 'file was here\n', 'nothing', 'nothing'])
    expect(result.before.tree).toBe(left.tree)
  })

  it('leaves alone what is not as the session left it, and says so', async () => {
    const start = await workspace.checkpoint('start')
    await world.write('edited', 'by the session\n')
    await world.write('made', 'by the session\n')
    await rm(world.path('gone'), { recursive: true })
    const left = await workspace.checkpoint('left')
    await world.write('edited', 'by a person\n')
    await world.write('made', 'by a person\n')
    await world.write('gone/deep/file', 'by a person\n')
    const paths = ['edited', 'made', 'gone/deep/file']
    const result = await back(start, left, ...paths)
    expect(result).toMatchObject({ restored: [], conflicts: paths.map((path) => ({ path, reason: 'changed' })) })
    expect(await Promise.all(paths.map((path) => world.read(path)))).toEqual(paths.map(() => 'by a person\n'))
    expect(result.after.tree).toBe(result.before.tree)
  })

  it('judges each path by what was left of it', async () => {
    const start = await workspace.checkpoint('start')
    await world.write('edited', '1\n')
    const first = await workspace.checkpoint('first')
    await world.write('kept', '2\n')
    const second = await workspace.checkpoint('second')
    await world.write('edited', '3\n')
    const result = await workspace.restore({ to: start.id, paths: [{ path: 'edited', left: first.id }, { path: 'kept', left: second.id }] })
    expect(result).toMatchObject({ restored: ['kept'], conflicts: [{ path: 'edited', reason: 'changed' }] })
  })

  it('can itself be taken back', async () => {
    const start = await workspace.checkpoint('start')
    await world.write('edited', 'after\n')
    const { before, after } = await back(start, await workspace.checkpoint('left'), 'edited')
    await back(before, after, 'edited')
    expect(await world.read('edited')).toBe('after\n')
  })

  it('is no news for the change feed, unlike what others do meanwhile', async () => {
    const start = await workspace.checkpoint('start')
    await world.write('edited', 'after\n')
    expect(told(await workspace.changes())).toEqual(['modified edited'])
    const left = await workspace.checkpoint('left')
    await world.write('kept', 'changed\n')
    await back(start, left, 'edited')
    expect(told(await workspace.changes())).toEqual(['modified kept'])
  })

  it('keeps bytes, executable bits and links exactly', async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 10, 13, 0xfe, 0xff])
    await world.write('.gitattributes', '* text=auto eol=crlf working-tree-encoding=UTF-16 ident filter=lfs\n[attr]binary text\n')
    await world.write('bytes', bytes)
    await world.write('text', 'a\r\nb\n$Id$\n')
    await world.write('tool', '#!/bin/sh\n')
    await chmod(world.path('tool'), 0o755)
    await symlink('../outside', world.path('link'))
    const start = await workspace.checkpoint('start')
    for (const path of ['bytes', 'text', 'tool', 'link', '.gitattributes']) await rm(world.path(path))
    const result = await back(start, await workspace.checkpoint('left'), 'bytes', 'text', 'tool', 'link', '.gitattributes')
    expect(result.conflicts).toEqual([])
    expect(await world.read('bytes')).toBe(bytes.toString('utf8'))
    expect(await world.read('text')).toBe('a\r\nb\n$Id$\n')
    expect((await lstat(world.path('tool'))).mode & 0o111).not.toBe(0)
    expect(await world.state('link')).toBe('link ../outside')
  })

  it('turns a file into the folder it was, and back', async () => {
    const start = await workspace.checkpoint('start')
    await rm(world.path('gone'), { recursive: true })
    await world.write('gone', 'a file now\n')
    const left = await workspace.checkpoint('left')
    const there = await back(start, left, 'gone', 'gone/deep/file')
    expect([there.conflicts, await world.state('gone/deep/file')]).toEqual([[], 'file was here\n'])
    const again = await back(there.before, there.after, 'gone', 'gone/deep/file')
    expect([again.conflicts, await world.state('gone')]).toEqual([[], 'file a file now\n'])
  })

  it('writes through no link that took the place of a folder', async () => {
    const start = await workspace.checkpoint('start')
    await mkdir(join(world.base, 'outside'))
    await rm(world.path('gone'), { recursive: true })
    await symlink(join(world.base, 'outside'), world.path('gone'))
    const left = await workspace.checkpoint('left')
    expect(await back(start, left, 'gone/deep/file')).toMatchObject({ restored: [], conflicts: [{ path: 'gone/deep/file', reason: 'in-the-way' }] })
    expect(await lstat(join(world.base, 'outside', 'deep')).catch(() => 'nothing')).toBe('nothing')
    expect(await world.state('gone')).toBe(`link ${join(world.base, 'outside')}`)
    expect((await back(start, left, 'gone', 'gone/deep/file')).conflicts).toEqual([])
    expect(await world.state('gone/deep/file')).toBe('file was here\n')
    expect(await lstat(join(world.base, 'outside')).then((stats) => stats.isDirectory())).toBe(true)
  })

  it('removes nothing behind a link that took the place of a folder after it looked', async () => {
    const start = await workspace.checkpoint('start')
    await world.write('made/file', 'same\n')
    const left = await workspace.checkpoint('left')
    await mkdir(join(world.base, 'outside'))
    await world.write('../outside/file', 'same\n')
    await rm(world.path('made'), { recursive: true })
    await symlink(join(world.base, 'outside'), world.path('made'))
    expect((await back(start, left, 'made/file')).restored).toEqual([])
    expect(await world.read('../outside/file')).toBe('same\n')
  })

  it('overwrites no ignored file and no ignored content of a folder', async () => {
    await world.write('plain', 'ours\n')
    const start = await workspace.checkpoint('start')
    await rm(world.path('plain'))
    await rm(world.path('edited'))
    await world.write('.gitignore', 'plain\nedited\n')
    const left = await workspace.checkpoint('left')
    await world.write('plain', 'precious\n')
    await world.write('edited/precious', 'precious\n')
    const { restored, conflicts } = await back(start, left, 'plain', 'edited')
    expect([restored, conflicts]).toEqual([[], [{ path: 'plain', reason: 'changed' }, { path: 'edited', reason: 'in-the-way' }]])
    expect([await world.read('plain'), await world.read('edited/precious')]).toEqual(['precious\n', 'precious\n'])
  })

  it('covers what it brought back although it is ignored by now', async () => {
    const start = await workspace.checkpoint('start')
    await rm(world.path('edited'))
    await world.write('.gitignore', 'edited\n')
    const result = await back(start, await workspace.checkpoint('left'), 'edited')
    expect(result.restored).toEqual(['edited'])
    await world.write('edited', 'once more\n')
    expect(told(await workspace.changesSince(result.after.id))).toEqual(['modified edited'])
  })

  it('never touches the user’s repository', async () => {
    world.git('init', '-q')
    world.git('add', '-A')
    world.git('commit', '-qm', 'one')
    const start = await workspace.checkpoint('start')
    await world.write('.git/hooks/post-checkout', '#!/bin/sh\ntouch ../ran\n')
    await chmod(world.path('.git/hooks/post-checkout'), 0o755)
    await world.write('edited', 'after\n')
    const before = [world.git('rev-parse', 'HEAD'), world.git('ls-files', '-s'), await world.read('.git/hooks/post-checkout')]
    const result = await back(start, await workspace.checkpoint('left'), '.git/hooks/post-checkout', 'edited')
    expect(result).toMatchObject({ restored: ['edited'], conflicts: [{ path: '.git/hooks/post-checkout', reason: 'not-covered' }] })
    expect([world.git('rev-parse', 'HEAD'), world.git('ls-files', '-s'), await world.read('.git/hooks/post-checkout')]).toEqual(before)
    expect(world.git('status', '--porcelain')).toBe('')
  })

  it.each(['', '/etc/passwd', '../x', 'a/../../x', 'a//b', './a', 'a\0b'])('refuses the path %j before it does anything', async (path) => {
    const start = await workspace.checkpoint('start')
    await world.write('edited', 'after\n')
    await expect(back(start, start, 'edited', path)).rejects.toMatchObject({ code: 'invalid' })
    expect([await world.read('edited'), (await workspace.checkpoints()).length]).toEqual(['after\n', 1])
  })

  it('knows no checkpoint that was not made', async () => {
    await workspace.checkpoint('start')
    await expect(back({ id: 'f'.repeat(40) }, { id: 'f'.repeat(40) }, 'edited')).rejects.toMatchObject({ code: 'not_found' })
    await expect(workspace.changesSince('--help')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('takes many paths back at once, but for the one in between that changed', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `many/${index}`)
    for (const name of names) await world.write(name, 'before')
    const start = await workspace.checkpoint('start')
    for (const name of names) await world.write(name, 'after')
    const left = await workspace.checkpoint('left')
    await world.write('many/150', 'mine')
    const { restored, conflicts } = await back(start, left, ...names)
    expect([restored.length, conflicts, await world.read('many/150'), await world.read('many/299')]).toEqual([299, [{ path: 'many/150', reason: 'changed' }], 'mine', 'before'])
  })
})
