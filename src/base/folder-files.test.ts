import { link, lstat, mkdir, mkdtemp, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { copyPlaced, emptyFolder, inPlaced, isPlaced, namesPlaced, placeFile, placeFolder, readPlaced, removePlaced } from './folder-files.ts'

let root: string
let outside: string
beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'omni-folder-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  root = join(dir, 'root')
  outside = join(dir, 'outside')
  await mkdir(root)
  await mkdir(outside)
  await writeFile(join(outside, 'theirs'), 'theirs')
})
const untouched = async () => expect([await readdir(outside), await readFile(join(outside, 'theirs'), 'utf8')]).toEqual([['theirs'], 'theirs'])

it('writes, reads, lists, makes anew and removes, with folders on the way for nobody else', async () => {
  await placeFile(root, 'a/b/c.txt', 'one')
  await placeFile(root, join(root, 'a/b/c.txt'), Buffer.from('two'))
  expect(String(await readPlaced(root, 'a/b/c.txt'))).toBe('two')
  expect([(await lstat(join(root, 'a/b'))).mode & 0o777, (await lstat(join(root, 'a/b/c.txt'))).mode & 0o777]).toEqual([0o700, 0o600])
  expect([await isPlaced(root, 'a/b/c.txt'), await isPlaced(root, 'a/b'), await isPlaced(root, 'no/c')]).toEqual([true, false, false])
  expect([await namesPlaced(root, 'a/b'), await namesPlaced(root, 'a/none')]).toEqual([['c.txt'], []])
  expect(await emptyFolder(root, 'a')).toBe(join(root, 'a'))
  expect(await readdir(join(root, 'a'))).toEqual([])
  await removePlaced(root, 'a')
  await removePlaced(root, 'none/at/all')
  expect(await readdir(root)).toEqual([])
})

describe('a link that an agent left', () => {
  it('in the place of a file is replaced, whatever it leads to', async () => {
    for (const to of [join(outside, 'theirs'), join(outside, 'not-yet'), outside]) {
      await symlink(to, join(root, 'f'))
      expect([await readPlaced(root, 'f'), await isPlaced(root, 'f')]).toEqual([undefined, false])
      await placeFile(root, 'f', 'ours')
      expect([await readFile(join(root, 'f'), 'utf8'), (await lstat(join(root, 'f'))).isFile()]).toEqual(['ours', true])
      await untouched()
      await rm(join(root, 'f'))
    }
  })

  it('in the place of a folder on the way is replaced too', async () => {
    await symlink(outside, join(root, 'd'))
    expect([await readPlaced(root, 'd/theirs'), await isPlaced(root, 'd/theirs'), await namesPlaced(root, 'd')]).toEqual([undefined, false, []])
    await removePlaced(root, 'd/theirs')
    await placeFile(root, 'd/theirs', 'ours')
    await placeFolder(root, 'd/e')
    await untouched()
    expect(await readdir(join(root, 'd'))).toEqual(['e', 'theirs'])
    await symlink(outside, join(root, 'x'))
    await emptyFolder(root, 'x')
    await untouched()
    expect((await lstat(join(root, 'x'))).isDirectory()).toBe(true)
  })

  it('is not copied, and what is copied lies nowhere else', async () => {
    await placeFile(root, 'a/b/c', 'ours')
    await symlink(outside, join(root, 'a/d'))
    await symlink(join(outside, 'theirs'), join(root, 'a/e'))
    await symlink(outside, join(root, 'z'))
    await copyPlaced([root, 'a'], [root, 'z'])
    await copyPlaced([root, 'none'], [root, 'none2'])
    expect((await readdir(join(root, 'z'), { recursive: true })).toSorted()).toEqual(['b', 'b/c'])
    await untouched()
  })

  it('with another name of a file leaves that one as it was', async () => {
    await link(join(outside, 'theirs'), join(root, 'f'))
    await placeFile(root, 'f', 'ours')
    await untouched()
  })

  it('that comes and goes all the while leads nowhere', async () => {
    await mkdir(join(root, 'd'))
    let stop = false
    const swapping = (async () => {
      while (!stop) {
        await rename(join(root, 'd'), join(root, 'kept')).catch(() => undefined)
        await symlink(outside, join(root, 'd')).catch(() => undefined)
        await rm(join(root, 'd')).catch(() => undefined)
        await rename(join(root, 'kept'), join(root, 'd')).catch(() => undefined)
      }
    })()
    for (let n = 0; n < 300; n += 1) await placeFile(root, `d/f${n}`, 'ours').catch(() => undefined) // It may lose the race; it must not leave the folder.
    stop = true
    await swapping
    await untouched()
  })
})

it('gives way to folders and files of ours, and to nothing outside', async () => {
  await mkdir(join(root, 'f/g'), { recursive: true })
  await placeFile(root, 'f', 'ours')
  await placeFile(root, 'f/g/h', 'ours')
  expect(String(await readPlaced(root, 'f/g/h'))).toBe('ours')
  for (const path of ['', '.', '..', '../x', '/etc/x', 'a/../../x', outside]) await expect(placeFile(root, path, 'x')).rejects.toThrow('is not in')
})

it('works in a folder, and in none that is a link; reads no more than is wanted', async () => {
  await placeFile(root, 'a/b', '12345')
  await symlink(outside, join(root, 'link'))
  expect(await inPlaced(root, 'a', async (at) => [await readFile(at('b'), 'utf8'), await readdir(at('.'))])).toEqual(['12345', ['b']])
  expect([await inPlaced(root, 'link', async () => 'reached'), await inPlaced(root, 'none', async () => 'reached')]).toEqual([undefined, undefined])
  expect([String(await readPlaced(root, 'a/b', 5)), await readPlaced(root, 'a/b', 4)]).toEqual(['12345', undefined])
  await untouched()
})
