import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { takeOver, writeRef } from './shadow-repository.ts'
import { readYoung, writeYoung } from './young-files.ts'

let gitDir: string
beforeEach(async () => { gitDir = await mkdtemp(join(tmpdir(), 'omni-shadow-')) })
afterEach(() => rm(gitDir, { recursive: true }))

it('takes over index and young files of the session’s last opening, and none of another session', async () => {
  const first = await takeOver(gitDir, '/home/one')
  await writeFile(first.index, 'index')
  await writeYoung(first.run, ['a\nb', 'grÃ¼Ã\u009fe'])
  const other = await takeOver(gitDir, '/home/two')
  const second = await takeOver(gitDir, '/home/one')
  expect([await readFile(second.index, 'utf8'), await readYoung(second.run)]).toEqual(['index', ['a\nb', 'grÃ¼Ã\u009fe']])
  expect(await readdir(dirname(second.run))).toHaveLength(1)
  expect([await readdir(other.run), await readYoung(other.run)]).toEqual([[], []])
})

it('takes nothing over from an opening that never looked', async () => {
  await takeOver(gitDir, '/home/one')
  const second = await takeOver(gitDir, '/home/one')
  expect(await readdir(second.run)).toEqual([])
})

it('replaces a ref as a whole', async () => {
  const paths = await takeOver(gitDir, '/home/one')
  await writeRef(paths, paths.looks, 'now', 'a'.repeat(40))
  await writeRef(paths, paths.looks, 'now', 'b'.repeat(40))
  expect(await readFile(join(paths.looks, 'now'), 'utf8')).toBe(`${'b'.repeat(40)}\n`)
})
