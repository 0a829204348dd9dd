import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { checkKey, createKeyFiles, gatewayKeyName } from './key-store.ts'

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'omni-keys-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  return join(dir, 'keys')
}
const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

it('keeps each key in a file for its owner only, also in a folder that others could read', async () => {
  const dir = await folder()
  await mkdir(dir)
  await chmod(dir, 0o755)
  const keys = createKeyFiles(dir)
  await keys.save('acme', 'first-key-1')
  await keys.save('acme', 'second-key-2')
  await keys.save(gatewayKeyName('acp:my_own'), 'third-key-3')
  expect([await mode(dir), await mode(join(dir, 'acme'))]).toEqual(['700', '600'])
  expect([await keys.read('acme'), await keys.names()]).toEqual(['second-key-2', ['acme', 'gateway.acp-my-own']])
  expect(await readFile(join(dir, 'acme'), 'utf8')).toBe('second-key-2\n')
})

it('knows what is not there, and forgets', async () => {
  const keys = createKeyFiles(await folder())
  expect([await keys.names(), await keys.read('acme'), await keys.remove('acme')]).toEqual([[], undefined, false])
  await keys.save('acme', 'some-key-1')
  expect([await keys.remove('acme'), await keys.read('acme')]).toEqual([true, undefined])
})

it('takes no name that leads out of its folder', async () => {
  const dir = await folder()
  await mkdir(dir)
  await writeFile(join(dir, '..', 'secret'), 'x')
  const keys = createKeyFiles(dir)
  for (const name of ['../secret', 'a/b', '.hidden', '', 'A']) await expect(keys.read(name)).rejects.toMatchObject({ code: 'invalid' })
})

it.each(['', '   ', 'short', 'two words here', 'line\nbreak-in-it', 'ümlaut-key-123'])('takes %j for no key, and does not repeat it', (text) => {
  expect(() => checkKey(text)).toThrow(expect.objectContaining({ code: 'invalid', message: expect.not.stringContaining(text.trim() === '' ? '\u0000' : text) }))
})

it('takes off the white space around a pasted key', () => {
  expect(checkKey('  sk-pasted-key\n')).toBe('sk-pasted-key')
})
