import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { placeInWorkspace } from '../../place-in-workspace.ts'
import type { OwnUse } from '../../tools.ts'
import { runTool, type ToolAnswer } from '../run-tool.ts'

let top: string
let root: string
beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), 'omni-tools-')))
  root = join(top, 'work')
  await mkdir(join(top, 'outside'))
  await mkdir(root)
  await writeFile(join(top, 'secret'), 'secret')
})
afterEach(() => rm(top, { recursive: true }))

const noNetwork = () => Promise.reject(new Error('no network in this test'))
async function answer(use: OwnUse): Promise<ToolAnswer> {
  const allowed = use.tool === 'web' ? '' : await placeInWorkspace(root, use.input.path)
  return await runTool(use, { workspace: root, allowed, fetch: noNetwork, signal: new AbortController().signal })
}
const run = async (use: OwnUse): Promise<string> => (await answer(use)).output
const read = (path: string, part: { offset?: number; limit?: number } = {}) => run({ tool: 'read', input: { path, ...part } })
const edit = (path: string, old: string, text: string, all?: boolean) => run({ tool: 'edit', input: { path, old_string: old, new_string: text, ...(all === undefined ? {} : { replace_all: all }) } })
const put = (name: string, content: string | Buffer) => writeFile(join(root, name), content)
const get = (name: string) => readFile(join(root, name), 'utf8')

describe('read', () => {
  it('numbers the lines', async () => {
    await put('a.txt', 'one\ntwo\n')
    expect(await read('a.txt')).toBe('    1\tone\n    2\ttwo')
  })
  it('says how to read on, and reads on', async () => {
    await put('long.txt', Array.from({ length: 5_000 }, (_, index) => `line ${index + 1}`).join('\n'))
    expect(await read('long.txt')).toMatch(/ 2000\tline 2000\n\[Lines 1 to 2000 of 5000\. Read on with offset 2001\.\]$/)
    expect(await read('long.txt', { offset: 4_999, limit: 10 })).toBe(' 4999\tline 4999\n 5000\tline 5000')
  })
  it('gives fewer lines when they are long, and cuts one that is too long', async () => {
    await put('wide.txt', Array.from({ length: 100 }, () => 'x'.repeat(1_900)).join('\n'))
    expect(await read('wide.txt')).toMatch(/\[Lines 1 to 31 of 100\. Read on with offset 32\.\]$/)
    await put('one.json', `${'y'.repeat(100_000)}\n`)
    expect(await read('one.json')).toMatch(/\[line cut, 100000 characters\]\n\[Long lines were cut/)
  })
  it('knows a picture by its first bytes, whatever it is called', async () => {
    const bytes = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1])
    await put('a.txt', bytes)
    expect(await answer({ tool: 'read', input: { path: 'a.txt' } })).toEqual({ output: 'a.txt is a picture (image/jpeg, 5 bytes). It is shown to the model.', picture: { name: 'a.txt', mediaType: 'image/jpeg', bytes } })
  })

  it('knows a binary file, an empty one, a folder and a line that is not there', async () => {
    await put('b.bin', Buffer.from([1, 0, 2]))
    await put('empty', '')
    await expect(read('b.bin')).rejects.toThrow('binary file of 3 bytes')
    expect(await read('empty')).toBe('empty is empty.')
    expect(await read('.')).toContain('b.bin\nempty')
    await put('a.txt', 'one')
    await expect(read('a.txt', { offset: 9 })).rejects.toThrow('has 1 lines; there is no line 9')
  })
  it('names files that are nearly so called', async () => {
    await put('Readme.md', 'x')
    await expect(read('README.txt')).rejects.toThrow('does not exist. In the same folder: Readme.md.')
  })
})

describe('edit', () => {
  it('answers with a unified diff', async () => {
    await put('a.ts', 'a\nb\nc\nd\ne\nf\ng\n')
    expect(await edit('a.ts', 'd\n', 'D\nD2\n')).toBe('--- a.ts\n+++ a.ts\n@@ -1,7 +1,8 @@\n a\n b\n c\n-d\n+D\n+D2\n e\n f\n g')
    expect(await get('a.ts')).toBe('a\nb\nc\nD\nD2\ne\nf\ng\n')
  })
  it('refuses text that is there twice, with the lines, unless it is to replace all', async () => {
    await put('a.ts', 'x = 1\ny = 2\nx = 1\n')
    await expect(edit('a.ts', 'x = 1', 'x = 3')).rejects.toThrow('2 times, at lines 1, 3')
    expect(await edit('a.ts', 'x = 1', 'x = 3', true)).toContain('-x = 1\n+x = 3\n y = 2\n-x = 1\n+x = 3')
    expect(await get('a.ts')).toBe('x = 3\ny = 2\nx = 3\n')
  })
  it('takes text as text: no pattern, no replacement sign', async () => {
    await put('a.ts', 'a.*b $& $1')
    await edit('a.ts', '.*', '$&$$')
    expect(await get('a.ts')).toBe('a$&$$b $& $1')
  })
  it('shows the nearest text when it is not there', async () => {
    await put('a.ts', 'function one() {\n    return 1\n}\nfunction two() {}\n')
    await expect(edit('a.ts', 'function one() {\n  return 1\n}', 'x')).rejects.toThrow(/other spacing, from line 1:\n {4}1\tfunction one\(\) \{\n {4}2\t {4}return 1/)
    await expect(edit('a.ts', 'function one(a) {', 'x')).rejects.toThrow(/nearest text is, from line 1/)
    await expect(edit('a.ts', 'something quite different', 'x')).rejects.toThrow('read the file again')
  })
  it('keeps CRLF, a byte order mark and Unicode', async () => {
    await put('a.txt', '\uFEFFeins\r\nzwei 🐙\r\ndrei\r\n')
    await edit('a.txt', 'eins\nzwei 🐙', '漢字\nzwo')
    expect(await get('a.txt')).toBe('\uFEFF漢字\r\nzwo\r\ndrei\r\n')
  })
  it('leaves a file alone that is no UTF-8', async () => {
    const bytes = Buffer.from([0x61, 0xff, 0x62])
    await put('latin', bytes)
    await expect(edit('latin', 'a', 'c')).rejects.toThrow('no UTF-8 text')
    expect(await readFile(join(root, 'latin'))).toEqual(bytes)
  })
})

describe('paths', () => {
  it.each(['../secret', '/etc/passwd', 'a/../../secret', '..'])('refuses %s', async (path) => {
    await expect(read(path)).rejects.toThrow('is outside the work folder')
  })
  it('refuses links that lead out, for reading and for writing, and makes nothing there', async () => {
    await symlink(join(top, 'secret'), join(root, 'file'))
    await symlink(join(top, 'outside'), join(root, 'folder'))
    await symlink(join(top, 'nowhere'), join(root, 'dangling'))
    await expect(read('file')).rejects.toThrow('a link that leads out')
    await expect(run({ tool: 'write', input: { path: 'folder/deep/x', content: 'x' } })).rejects.toThrow('a link that leads out')
    await expect(run({ tool: 'write', input: { path: 'dangling', content: 'x' } })).rejects.toThrow('a link that leads nowhere')
    await expect(readFile(join(top, 'nowhere'))).rejects.toThrow('ENOENT')
  })
  it('follows a link that stays inside', async () => {
    await put('AGENTS.md', 'rules')
    await symlink('AGENTS.md', join(root, 'CLAUDE.md'))
    expect(await read('CLAUDE.md')).toContain('rules')
  })
  it('refuses a file that became a link after it was allowed', async () => {
    await put('a.txt', 'x')
    const allowed = await placeInWorkspace(root, 'a.txt')
    await rm(join(root, 'a.txt'))
    await symlink(join(top, 'secret'), join(root, 'a.txt'))
    const use: OwnUse = { tool: 'write', input: { path: 'a.txt', content: 'stolen' } }
    await expect(runTool(use, { workspace: root, allowed, fetch: noNetwork, signal: new AbortController().signal })).rejects.toThrow('leads out')
    expect(await readFile(join(top, 'secret'), 'utf8')).toBe('secret')
  })
  it('makes folders on the way, and says if a file is new', async () => {
    expect(await run({ tool: 'write', input: { path: 'a/b/c.txt', content: 'é' } })).toBe('Created a/b/c.txt, 2 bytes.')
    expect(await run({ tool: 'write', input: { path: 'a/b/c.txt', content: '' } })).toBe('Replaced a/b/c.txt, 0 bytes.')
  })
})
