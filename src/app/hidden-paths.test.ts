import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { hiddenPaths } from './hidden-paths.ts'

async function place(files: readonly string[]) {
  const dir = await mkdtemp(join(tmpdir(), 'omni-hide-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const [workspace, home] = [join(dir, 'work'), join(dir, 'home')]
  for (const file of files) {
    await mkdir(dirname(join(dir, file)), { recursive: true })
    await writeFile(join(dir, file), '')
  }
  return { dir, hidden: async (...patterns: string[]) => (await hiddenPaths(patterns, { folders: [workspace], workspace, home })).map((path) => path.slice(dir.length + 1)) }
}

it('finds files and folders by the patterns of policies, and what is named, there or not', async () => {
  const { hidden } = await place(['work/a.pem', 'work/deep/er/b.pem', 'work/keys/k1', 'work/keys/sub/k2', 'work/x.txt', 'work/.git/c.pem', 'home/own'])
  expect(await hidden('**/*.pem')).toEqual(['work/a.pem', 'work/deep/er/b.pem'])
  expect(await hidden('*.pem')).toEqual(['work/a.pem'])
  expect(await hidden('keys/**')).toEqual(['work/keys'])
  expect(await hidden('keys', '~/own', '.git/c.pem', './not-there')).toEqual(['home/own', 'work/.git/c.pem', 'work/keys', 'work/not-there'])
  expect(await hidden('{x.txt,keys/sub}')).toEqual(['work/keys/sub', 'work/x.txt'])
})

it('names a link and looks through none', async () => {
  const { dir, hidden } = await place(['work/real/a.pem', 'else/b.pem'])
  await symlink(join(dir, 'else'), join(dir, 'work/out'))
  await symlink(join(dir, 'else/b.pem'), join(dir, 'work/own.pem'))
  await symlink('.', join(dir, 'work/round'))
  expect(await hidden('**/*.pem')).toEqual(['work/own.pem', 'work/real/a.pem'])
})
