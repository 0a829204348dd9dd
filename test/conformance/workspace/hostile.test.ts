import { execFileSync } from 'node:child_process'
import { chmod, mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { told, WorkspaceWorld } from './workspace-world.ts'

const isRoot = process.getuid?.() === 0
/** A file system that takes any bytes, in any case, as a name. */
const takesAnyName = process.platform === 'linux'

describe('a hostile work folder', () => {
  let world: WorkspaceWorld
  beforeEach(async () => {
    world = await WorkspaceWorld.make()
    await world.write('a.txt', 'one\n')
  })
  afterEach(() => world.end())
  const git = (folder: string, ...args: string[]) => {
    execFileSync('git', ['-c', 'user.name=u', '-c', 'user.email=u@example.org', ...args], { cwd: world.path(folder), stdio: 'ignore' })
  }

  it('follows no link', async () => {
    await writeFile(join(world.base, 'secret'), 'secret\n')
    await symlink(join(world.base, 'secret'), world.path('to-file'))
    await symlink('/', world.path('to-root'))
    await symlink('.', world.path('to-self'))
    const workspace = await world.open()
    const checkpoint = await workspace.checkpoint('start')
    await writeFile(join(world.base, 'secret'), 'changed\n')
    expect(told(await workspace.changesSince(checkpoint.id))).toEqual([])
  })

  it('waits for no FIFO and reads no socket', async () => {
    const workspace = await world.open()
    await workspace.changes()
    execFileSync('mkfifo', [world.path('pipe')])
    await rm(world.path('a.txt'))
    execFileSync('mkfifo', [world.path('a.txt')])
    const server = createServer().listen(world.path('socket'))
    await once(server, 'listening')
    expect(told(await workspace.changes())).toEqual(['deleted a.txt'])
    server.close()
  })

  it('stops git where a FIFO named .gitignore blocks it, and goes on when it is gone', async () => {
    await mkdir(world.path('sub'))
    execFileSync('mkfifo', [world.path('sub/.gitignore')])
    const workspace = await world.open({ limits: { maxGitMs: 1_500 } })
    await expect(workspace.checkpoint('start')).rejects.toMatchObject({ code: 'timeout', message: expect.stringContaining('FIFO') })
    await rm(world.path('sub/.gitignore'))
    expect((await (await world.open()).checkpoint('again')).tree).toMatch(/^[0-9a-f]{40}$/)
  })

  it('keeps no bytes of a huge file, and sees that it changes', async () => {
    const workspace = await world.open({ limits: { maxFileBytes: 1_000 } })
    await world.write('growing', 'small')
    const first = await workspace.checkpoint('start')
    await truncate(world.path('growing'), 10_000_000_000)
    const changes = await workspace.changesSince(first.id)
    expect(changes).toMatchObject({ files: [{ path: 'growing', kind: 'modified', bytes: 10_000_000_000 }], notCovered: [{ reason: 'too-large', count: 1, paths: ['growing'] }] })
    const second = await workspace.checkpoint('large')
    expect(second.notCovered).toEqual(changes.notCovered)
    expect(told(await workspace.changesSince(second.id))).toEqual([])
    await truncate(world.path('growing'), 5_000)
    expect(told(await workspace.changesSince(second.id))).toEqual(['modified growing'])
    const { conflicts } = await workspace.restore({ to: first.id, paths: [{ path: 'growing', left: second.id }] })
    expect(conflicts).toEqual([{ path: 'growing', reason: 'changed' }])
    await rm(world.path('growing'))
    expect(told(await workspace.changesSince(second.id))).toEqual(['deleted growing'])
  })

  it('keeps names with newlines, quotes, backslashes, wildcards and of any language', async () => {
    const names = ['new\nline', 'quote"d', "it's", '-n', '--all', ':(top)x', 'a*b?[c]', 'back\\slash', ' lead', 'tab\there', 'grüße 👋', 'git~1', '.gitmodules', 'CON', 'x '.repeat(60)]
    const workspace = await world.open()
    const start = await workspace.checkpoint('start')
    for (const name of names) await world.write(name, 'x')
    const left = await workspace.checkpoint('left')
    const { files } = await workspace.changesSince(start.id)
    expect(files.map(({ path }) => path).toSorted()).toEqual(names.toSorted())
    const { conflicts } = await workspace.restore({ to: start.id, paths: names.map((path) => ({ path, left: left.id })) })
    expect([conflicts, await workspace.changesSince(start.id)]).toMatchObject([[], { files: [] }])
  })

  if (takesAnyName) it('keeps names that are no UTF-8, tells of them, and restores none', async () => {
    const workspace = await world.open()
    const start = await workspace.checkpoint('start')
    await writeFile(Buffer.concat([Buffer.from(`${world.work}/bad`), Buffer.from([0xff, 0xfe])]), 'x')
    const left = await workspace.checkpoint('left')
    expect(left.tree).not.toBe(start.tree)
    const path = 'bad\uFFFD\uFFFD'
    expect(told(await workspace.changesSince(start.id))).toEqual([`created ${path}`])
    expect((await workspace.restore({ to: start.id, paths: [{ path, left: left.id }] })).conflicts).toEqual([{ path, reason: 'not-covered' }])
  })

  if (takesAnyName) it('does not stumble over names that git keeps for itself', async () => {
    await world.write('.GIT/config', 'x')
    await world.write('deep/.Git', 'x')
    await symlink('a.txt', world.path('.gitmodules'))
    const workspace = await world.open()
    const start = await workspace.checkpoint('start')
    expect(start.notCovered).toEqual([{ reason: 'git-name', count: 3, paths: ['.GIT/config', '.gitmodules', 'deep/.Git'] }])
    await world.write('deep/.Git', 'changed')
    expect(told(await workspace.changesSince(start.id))).toEqual(['modified deep/.Git'])
  })

  it('covers no nested repository, says so, and runs nothing that its configuration names', async () => {
    for (const [folder, committed] of [['full', true], ['empty', false]] as const) {
      await world.write(`${folder}/file`, 'x')
      git(folder, 'init', '-q')
      if (committed) {
        git(folder, 'add', '-A')
        git(folder, 'commit', '-qm', 'one')
      }
      await world.write('evil', `#!/bin/sh\ntouch ${world.path('ran')}\n`)
      await chmod(world.path('evil'), 0o755)
      git(folder, 'config', 'core.fsmonitor', world.path('evil'))
    }
    const workspace = await world.open()
    const start = await workspace.checkpoint('start')
    await world.write('full/file', 'changed')
    expect(await workspace.changesSince(start.id)).toEqual({ files: [], truncated: false, notCovered: [{ reason: 'nested-repository', count: 2, paths: ['empty/', 'full/'] }] })
    git('.', 'init', '-q')
    git('.', 'config', 'core.fsmonitor', world.path('evil'))
    await workspace.checkpoint('in a repository')
    expect(await world.state('ran')).toBe('nothing')
    await rm(world.path('full'), { recursive: true })
    expect(told(await workspace.changesSince(start.id))).toContain('deleted full/')
  })

  it('keeps covering a folder in which a repository is made', async () => {
    await world.write('lib/file', 'x')
    const workspace = await world.open()
    const start = await workspace.checkpoint('start')
    git('lib', 'init', '-q')
    await world.write('lib/file', 'changed')
    expect(told(await workspace.changesSince(start.id))).toEqual(['modified lib/file'])
  })

  if (!isRoot) it('says what it may not read, and keeps what it knew', async () => {
    await world.write('closed/file', 'x')
    const workspace = await world.open()
    const start = await workspace.checkpoint('start')
    await chmod(world.path('a.txt'), 0o000)
    await chmod(world.path('closed'), 0o000)
    const changes = await workspace.changesSince(start.id)
    await chmod(world.path('closed'), 0o700)
    expect(changes).toMatchObject({ files: [], notCovered: [{ reason: 'unreadable' }] })
  })

  it('refuses a folder with too many files', async () => {
    for (const name of ['1', '2', '3']) await world.write(name)
    const workspace = await world.open({ limits: { maxFiles: 3 } })
    await expect(workspace.checkpoint('start')).rejects.toMatchObject({ code: 'too_large' })
  })

  it('makes checkpoints where the user’s repository blocks git', async () => {
    git('.', 'init', '-q')
    await rm(world.path('.git/config'))
    execFileSync('mkfifo', [world.path('.git/config')])
    const workspace = await world.open({ limits: { maxGitMs: 1_500 } })
    expect(await workspace.checkpoint('start')).not.toHaveProperty('repository')
  })

  it('takes no .git file for a repository’s word', async () => {
    await world.write('.git', 'gitdir: /nowhere\n')
    const workspace = await world.open()
    const start = await workspace.checkpoint('start')
    expect(start.repository).toBeUndefined()
    await world.write('.git', 'gitdir: /elsewhere\n')
    expect(told(await workspace.changesSince(start.id))).toEqual(['modified .git'])
  })

  it('does not look at its own folders where they are inside', async () => {
    const workspace = await world.open({ shadow: join(world.work, '.omnigent', 'check[1]points') })
    const start = await workspace.checkpoint('start')
    await workspace.checkpoint('again')
    expect(told(await workspace.changesSince(start.id))).toEqual([])
  })
})
