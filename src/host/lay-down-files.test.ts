import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { layDownFiles } from './lay-down-files.ts'

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'omni-files-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  return dir
}
const data = Buffer.from('bytes').toString('base64')

it('shows pictures to a program that takes them, and tells where the rest is', async () => {
  const dir = await folder()
  const { images, text } = await layDownFiles([{ name: 'a.png', mediaType: 'image/png', data }, { name: 'b.csv', mediaType: 'application/octet-stream', data }], { home: dir, folder: join(dir, 'of-turn') }, true)
  expect(images).toEqual([{ mediaType: 'image/png', file: join(dir, 'of-turn', '1.png'), data }])
  expect(text).toBe(`Attached files:\n- "b.csv" is at ${join(dir, 'of-turn', '2.csv')}`)
  expect(await readFile(join(dir, 'of-turn', '2.csv'), 'utf8')).toBe('bytes')
})

it('tells a program that takes no pictures where they are', async () => {
  const dir = await folder()
  const { images, text } = await layDownFiles([{ name: 'a.png', mediaType: 'image/png', data }], { home: dir, folder: join(dir, 'of-turn') }, false)
  expect(images).toEqual([])
  expect(text).toContain(join(dir, 'of-turn', '1.png'))
})

it.each(['../../.bashrc', '/etc/passwd', 'x.p\u202Eng', 'a\nb', '..', 'odd."; rm -rf'])('writes nowhere else, whatever the name: %j', async (name) => {
  const dir = await folder()
  await layDownFiles([{ name, mediaType: 'image/png', data }], { home: dir, folder: join(dir, 'of-turn') }, true)
  expect(await readdir(join(dir, 'of-turn'))).toEqual([expect.stringMatching(/^1(\.[A-Za-z0-9]+)?$/)])
  expect(await readdir(dir)).toEqual(['of-turn'])
})
