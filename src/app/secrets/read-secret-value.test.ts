import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { SecretSource } from '../../spec/config/secrets.ts'
import { readSecretValue, type SecretSources, sourceText } from './read-secret-value.ts'
import { createSecretFiles } from './secret-files.ts'
import { createSecretStore } from './secret-store.ts'

const value = 'ghp_hush4711hush4711'

async function world() {
  const dir = await mkdtemp(join(tmpdir(), 'omni-secret-value-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const store = createSecretStore(createSecretFiles(join(dir, 'keychain')), createSecretFiles(join(dir, 'files')))
  const sources: SecretSources = { environment: { PATH: process.env['PATH'] ?? '', HOME: dir, TOKEN: value, EMPTY: '' }, store }
  const read = (from: SecretSource) => readSecretValue('github', from, sources)
  const problem = (from: SecretSource) => read(from).then(() => 'none', (error: { code: string; message: string }) => `${error.code}: ${error.message}`)
  const file = async (name: string, content: string, mode = 0o600) => {
    await writeFile(join(dir, name), content)
    await chmod(join(dir, name), mode)
    return join(dir, name)
  }
  return { dir, store, read, problem, file }
}

it('reads each source, and takes off one line end', async () => {
  const { read, file, store } = await world()
  expect(await read({ env: 'TOKEN' })).toEqual({ value })
  expect(await read({ file: await file('token', `${value}\n`) })).toEqual({ value })
  expect(await read({ file: '~/token' })).toEqual({ value })
  expect(await read({ file: await file('windows', `${value}\r\n`) })).toEqual({ value })
  expect(await read({ command: ['printf', '%s\\n', value] })).toEqual({ value })
  await store.save('github', value)
  await store.save('other', `${value}-other`)
  expect([await read('keychain'), await read({ keychain: 'other' })]).toEqual([{ value }, { value: `${value}-other` }])
})

it('warns of a file that everybody can read', async () => {
  const { read, file } = await world()
  const path = await file('token', value, 0o644)
  expect(await read({ file: path })).toEqual({ value, warning: `${path} can be read by everybody on this machine. Mend it: chmod 600 ${path}` })
})

it('names the secret and what to do when there is no value', async () => {
  const { problem, file, dir } = await world()
  await mkdir(join(dir, 'folder'))
  execFileSync('mkfifo', [join(dir, 'pipe')])
  const cases: readonly (readonly [SecretSource, string])[] = [
    [{ env: 'ABSENT' }, 'the variable ABSENT is not set here.'], [{ env: 'EMPTY' }, 'the variable EMPTY is not set here.'], [{ env: 'constructor' }, 'the variable constructor is not set here.'],
    [{ file: '/no/such/file' }, 'there is no file /no/such/file.'], [{ file: join(dir, 'folder') }, 'is no ordinary file.'], [{ file: join(dir, 'pipe') }, 'is no ordinary file.'],
    [{ file: await file('large', 'x'.repeat(65_537)) }, 'is far larger than a secret.'], [{ file: await file('empty', '\n') }, 'it is empty (file '],
    [{ command: ['no-such-program'] }, 'its command no-such-program was not found. Run it in a terminal'], [{ command: ['printf', '\\n'] }, 'its command printf printed nothing. Run it in a terminal'],
    ['keychain', 'nothing is saved for it. Save it: omni secret set github'], [{ keychain: 'other' }, 'nothing is saved for it. Save it: omni secret set github'],
  ]
  for (const [from, words] of cases) {
    const said = await problem(from)
    expect(said).toMatch(/^unavailable: The secret "github" can not be read: /)
    expect(said).toContain(words)
  }
})

it('never says the value, whatever is wrong with it', async () => {
  const { problem, file } = await world()
  const cases: readonly SecretSource[] = [
    { file: await file('lines', `${value}\n${value}\n`) }, { file: await file('spaces', `  ${value}`) }, { command: ['printf', `${value}\\n${value}`] },
    { command: ['sh', '-c', `echo ${value}; echo ${value} >&2; exit 1`] }, { file: await file('short', 'hush471') }, { file: await file('bytes', 'hush4711hush\u0000') },
  ]
  for (const from of cases) expect(await problem(from)).toMatch(/^unavailable: (?!.*hush).*$/s)
  expect(sourceText({ command: ['printf', value] })).toBe('command printf …')
})

it('stops with whoever asks', async () => {
  const { dir } = await world()
  const sources: SecretSources = { environment: { PATH: process.env['PATH'] ?? '' }, store: createSecretStore(createSecretFiles(dir), createSecretFiles(dir)) }
  await expect(readSecretValue('slow', { command: ['sleep', '60'] }, sources, AbortSignal.abort())).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('was stopped') })
})
