import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createWorkspaceFiles } from './workspace-files.ts'
import type { WorkspaceFiles } from './workspace-files.ts'

let top: string
let root: string
let files: WorkspaceFiles
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'omni-files-'))
  root = join(top, 'work')
  await mkdir(join(top, 'outside'))
  await mkdir(root)
  await writeFile(join(top, 'secret'), 'secret')
  files = createWorkspaceFiles(root)
})
afterEach(() => rm(top, { recursive: true }))

it('writes, reads and edits, in new folders too', async () => {
  await files.write('a/b/c.txt', 'one two')
  await files.edit(join(root, 'a/b/c.txt'), 'two', 'three')
  expect(await files.read('./a/../a/b/c.txt')).toBe('one three')
})

it('replaces longer content wholly', async () => {
  await files.write('x', 'a long text')
  await files.write('x', 'short')
  expect(await files.read('x')).toBe('short')
})

it.each(['../secret', '../work2/x', '/etc/passwd', '..', '.', 'a/../../secret'])('refuses %s', async (path) => {
  await expect(files.read(path)).rejects.toThrow(/outside|out of|not a regular file|ELOOP|EISDIR/)
  await expect(files.write(path, 'x')).rejects.toThrow()
  expect(await readFile(join(top, 'secret'), 'utf8')).toBe('secret')
})

it('follows no link out of the work folder', async () => {
  await symlink(join(top, 'secret'), join(root, 'file'))
  await symlink(join(top, 'outside'), join(root, 'folder'))
  await symlink(join(top, 'nowhere'), join(root, 'dangling'))
  await expect(files.read('file')).rejects.toThrow(/ELOOP/)
  await expect(files.write('file', 'x')).rejects.toThrow(/ELOOP/)
  await expect(files.write('folder/x', 'x')).rejects.toThrow(/leads out/)
  await expect(files.write('folder/deep/x', 'x')).rejects.toThrow(/leads out/)
  await expect(files.write('dangling/x', 'x')).rejects.toThrow()
  await expect(stat(join(top, 'outside/deep'))).rejects.toThrow(/ENOENT/)
})

it('works in a folder that is itself reached by a link', async () => {
  await symlink(root, join(top, 'link'))
  const linked = createWorkspaceFiles(join(top, 'link'))
  await linked.write(join(top, 'link', 'x'), 'here')
  expect(await readFile(join(root, 'x'), 'utf8')).toBe('here')
})

it('edits only text that is there once', async () => {
  await files.write('x', 'aa b')
  await expect(files.edit('x', 'a', 'c')).rejects.toThrow('2 times')
  await expect(files.edit('x', 'z', 'c')).rejects.toThrow('0 times')
})
