import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Config } from '../config.ts'
import { editConfig } from './edit-config.ts'

async function home(content?: string): Promise<{ config: Config; file: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'omni-config-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const file = join(dir, 'config.yaml')
  if (content !== undefined) await writeFile(file, content)
  return { file, config: { home: dir, port: 0, cwd: dir, environment: {}, isTerminal: { input: false, output: false }, color: false, platform: { os: 'linux', arch: 'x64' } } }
}

const written = `# mine
theme: dark # at night

harnesses:
  # my own build
  codex:
    env: { A: "1" }
    path: "/opt/codex"
  pi: { model: 'x' }
`

it('changes one value and leaves comments and order', async () => {
  const { config, file } = await home(written)
  await chmod(file, 0o640)
  await editConfig(config, [{ path: ['harnesses', 'codex', 'model'], value: 'gpt' }, { path: ['default_harness'], value: 'pi' }])
  const after = await readFile(file, 'utf8')
  expect(after).toBe(written.replace('    path: "/opt/codex"\n', '    path: "/opt/codex"\n    model: gpt\n') + 'default_harness: pi\n')
  expect((await stat(file)).mode & 0o777).toBe(0o640)
})

it('is harmless twice, and takes a value out again', async () => {
  const { config, file } = await home()
  const set = () => editConfig(config, [{ path: ['harnesses', 'codex', 'model'], value: 'gpt' }])
  await set()
  const first = await readFile(file, 'utf8')
  await set()
  expect(await readFile(file, 'utf8')).toBe(first)
  await editConfig(config, [{ path: ['harnesses', 'codex', 'model'], value: undefined }])
  expect(await readFile(file, 'utf8')).not.toContain('gpt')
  await set()
  expect(await readdir(config.home)).toEqual(['config.yaml'])
})

it('puts a whole map in, and changes a part of it', async () => {
  const { config, file } = await home(`${written}secrets:\n  # for work\n  mine: {from: {env: A}, hosts: [a.test]} # kept\n`)
  await editConfig(config, [{ path: ['secrets', 'github'], value: { from: 'keychain', hosts: ['b.test', 'c.test'] } }])
  await editConfig(config, [{ path: ['secrets', 'mine', 'from'], value: 'keychain' }, { path: ['secrets', 'github', 'env'], value: ['A', 'B'] }])
  expect(await readFile(file, 'utf8')).toBe(`${written}secrets:
  # for work
  mine: { from: keychain, hosts: [ a.test ] } # kept
  github:
    from: keychain
    hosts:
      - b.test
      - c.test
    env:
      - A
      - B
`)
})

it('starts from a file of comments only', async () => {
  const { config, file } = await home('# nothing yet\n')
  await editConfig(config, [{ path: ['default_harness'], value: 'codex' }])
  expect(await readFile(file, 'utf8')).toContain('# nothing yet')
  expect(await readFile(file, 'utf8')).toContain('default_harness: codex')
})

it('writes over no file that is broken, and no value that is none', async () => {
  const broken = await home('theme: [\n')
  await expect(editConfig(broken.config, [{ path: ['theme'], value: 'dark' }])).rejects.toMatchObject({ code: 'invalid' })
  expect(await readFile(broken.file, 'utf8')).toBe('theme: [\n')
  const good = await home('theme: dark\n')
  await expect(editConfig(good.config, [{ path: ['default_harness'], value: 'nobody' }])).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('there is no harness "nobody"') })
  expect(await readFile(good.file, 'utf8')).toBe('theme: dark\n')
})
