import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Config } from '../config.ts'
import { planSecret, removeSecret, saveSecret, type SecretChange } from './define-secret.ts'
import { listSecrets } from './list-secrets.ts'
import { trySecret } from './try-secret.ts'

const token = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'

async function world(files: { readonly user?: string; readonly server?: string } = {}) {
  const home = await mkdtemp(join(tmpdir(), 'omni-define-'))
  onTestFinished(() => rm(home, { recursive: true }))
  if (files.user !== undefined) await writeFile(join(home, 'config.yaml'), files.user)
  if (files.server !== undefined) await writeFile(join(home, 'server.yaml'), files.server)
  const config: Config = { home, port: 0, cwd: home, environment: { PATH: process.env['PATH'] ?? '', MY_TOKEN: token }, isTerminal: { input: false, output: false }, color: false, platform: { os: 'linux', arch: 'x64' } }
  const set = async (name: string, change: SecretChange, value = token) => {
    const plan = await planSecret(config, name, change)
    return { ...(await saveSecret(config, plan, value)), notes: plan.notes }
  }
  const problem = (asked: Promise<unknown>) => asked.then(() => '', (error: { code: string; message: string }) => `${error.code}: ${error.message}`)
  const saved = () => readdir(join(home, 'secrets')).catch(() => [])
  return { home, config, set, problem, saved, userFile: () => readFile(join(home, 'config.yaml'), 'utf8') }
}

describe('a secret that is set', () => {
  it.each<readonly [string, SecretChange, string]>([
    ['own', {}, 'Say which hosts "own" may go to, and no others: --hosts api.example.org,git.example.org or --preset github|gitlab|npm'],
    ['own', { preset: 'bearer' }, 'Say which hosts "own" may go to'],
    ['own', { preset: 'githup' }, 'There is no preset "githup". Did you mean "github"?'],
    ['own', { preset: 'constructor' }, 'There is no preset "constructor". Here are: github, gitlab, npm, bearer, basic'],
    ['own', { hosts: ['a.test', '*'] }, '--hosts: "*" must be a host name'],
    ['own', { hosts: [] }, 'name at least one host'],
    ['own', { hosts: ['a.test'], env: ['A-B'] }, '--env: "A-B" must be the name of a variable'],
    ['own', { hosts: ['a.test'], env: [] }, 'name at least one variable'],
    ['two words', { hosts: ['a.test'] }, 'That is no name for a secret'],
    ['keyed', { preset: 'bearer' }, '"keyed" can not be so: user stands only beside scheme: basic'],
  ])('is not %s with %j', async (name, change, words) => {
    const { problem, config } = await world({ user: 'secrets:\n  keyed: {from: keychain, hosts: [a.test], preset: basic, user: me}\n' })
    expect(await problem(planSecret(config, name, change))).toContain(words)
  })

  it.each(['', `${token}\n${token}`, `hush hush ${token}`, 'short', '********'])('does not have the value %j', async (value) => {
    const { set, problem, home } = await world()
    const said = await problem(set('own', { hosts: ['a.test'] }, value))
    expect(said).toMatch(/^invalid: Not saved: /)
    expect(said).not.toContain(token.slice(4))
    expect(await readdir(home)).toEqual([])
  })

  it('is defined only after its value is kept', async () => {
    const { set, home } = await world()
    await mkdir(join(home, 'secrets', 'github'), { recursive: true })
    await expect(set('github', { preset: 'github' })).rejects.toThrow('github')
    expect((await readdir(home)).toSorted()).toEqual(['secrets'])
  })

  it('leaves a broken configuration as it is, and keeps nothing', async () => {
    const { set, problem, home, userFile } = await world({ user: 'theme: [\n' })
    expect(await problem(set('github', { preset: 'github' }))).toContain('config.yaml can not be used')
    expect([await userFile(), await readdir(home)]).toEqual(['theme: [\n', ['config.yaml']])
  })

  it('is the server’s own when only the server defines it and it waits for its value', async () => {
    const server = 'secrets:\n  waits: {from: {keychain: shared}, hosts: [a.test]}\n  printed: {from: {command: [printf, x]}, hosts: [a.test]}\n'
    const { set, saved, config, home } = await world({ server })
    expect(await set('waits', {})).toMatchObject({ place: join(home, 'secrets'), notes: [] })
    expect([await saved(), (await readdir(home)).includes('config.yaml')]).toEqual([['shared'], false])
    expect((await listSecrets(config)).find(({ name }) => name === 'waits')?.resolves).toBe(true)
    expect((await set('printed', { hosts: ['b.test'] })).notes).toEqual(['The server\'s configuration defines "printed" too: sessions get that one.'])
  })
})

describe('a secret that is removed', () => {
  it('takes its value with it, unless another one lives on that', async () => {
    const { set, saved, config, userFile } = await world()
    await set('one', { hosts: ['a.test'] })
    await writeFile(join(config.home, 'config.yaml'), `${await userFile()}  two: {from: {keychain: one}, hosts: [b.test]}\n  three: {from: {env: A}, hosts: [c.test]}\n`)
    expect(await removeSecret(config, 'one')).toEqual({ definition: true, value: false, keptFor: 'two' })
    expect(await saved()).toEqual(['one'])
    expect(await removeSecret(config, 'two')).toEqual({ definition: true, value: true })
    expect(await saved()).toEqual([])
    expect(await removeSecret(config, 'three')).toEqual({ definition: true, value: false })
    expect(await userFile()).toBe('secrets: {}\n')
  })

  it('says that the keychain may still have what it could not be asked for', async () => {
    const { config } = await world({ user: 'secrets:\n  one: {from: keychain, hosts: [a.test]}\n' })
    expect(await removeSecret(config, 'one')).toEqual({ definition: true, value: false, unasked: expect.stringContaining('The keychain can not be used here') })
  })

  it('is there', async () => {
    const { config, problem } = await world({ server: 'secrets:\n  theirs: {from: keychain, hosts: [a.test]}\n' })
    expect(await problem(removeSecret(config, 'none'))).toBe('not_found: There is no secret "none". List them with: omni secret list')
    expect(await problem(removeSecret(config, 'theirs'))).toBe('not_found: "theirs" is defined in the server\'s configuration: remove it there.')
    expect(await problem(removeSecret(config, '../x'))).toContain('no name for a secret')
  })
})

it('lists every secret with whose it is and whether there is a value', async () => {
  const home = await mkdtemp(join(tmpdir(), 'omni-listed-'))
  onTestFinished(() => rm(home, { recursive: true }))
  const file = join(home, 'token')
  await writeFile(file, token, { mode: 0o644 })
  const { config } = await world({
    user: 'secrets:\n  env: {from: {env: MY_TOKEN}, preset: npm}\n  gone: {from: {env: NOT_SET}, hosts: [a.test]}\n  both: {from: keychain, hosts: [a.test]}\n',
    server: `secrets:\n  both: {from: {file: ${file}}, hosts: [b.test]}\n`,
  })
  const rows = await listSecrets(config)
  expect(rows).toEqual([
    { name: 'both', level: 'server', hidesUsers: true, from: `file ${file}`, hosts: ['b.test'], env: [], resolves: true, warning: expect.stringContaining('chmod 600') },
    { name: 'env', level: 'user', hidesUsers: false, from: 'variable MY_TOKEN', hosts: ['registry.npmjs.org'], env: ['NPM_TOKEN'], resolves: true },
    { name: 'gone', level: 'user', hidesUsers: false, from: 'variable NOT_SET', hosts: ['a.test'], env: [], resolves: false, problem: expect.stringContaining('NOT_SET is not set here') },
  ])
  expect(JSON.stringify(rows)).not.toContain(token.slice(4))
})

it.each([
  ['http://a.test/', 'invalid: The address must begin with https://'], ['a.test', 'invalid: The address must begin with https://'], ['https://ann:pw@a.test/', 'invalid: The address must be without a user name.'],
  ['https://b.test/', 'forbidden: The secret "gone" does not go to b.test. Its hosts: a.test, *.c.test'], ['https://c.test/', 'forbidden:'], ['https://a.test.evil.test/', 'forbidden:'], ['https://127.0.0.1/', 'forbidden:'],
  ['https://A.test/x', 'unavailable: The secret "gone" can not be read'], ['https://x.c.test:8443/', 'unavailable: The secret "gone" can not be read'],
])('tries a secret at %s: %s', async (address, words) => {
  const { config, problem } = await world({ user: 'secrets:\n  gone: {from: {env: NOT_SET}, hosts: [a.test, "*.c.test"]}\n' })
  expect(await problem(trySecret(config, 'gone', address))).toContain(words)
})

it('knows no secret that nobody defined', async () => {
  const { config, problem } = await world({ user: 'secrets:\n  github: {from: {env: NOT_SET}, preset: github}\n' })
  expect(await problem(trySecret(config, 'githup'))).toBe('not_found: There is no secret "githup". Did you mean "github"?')
  expect(await problem(trySecret(config, 'constructor'))).toBe('not_found: There is no secret "constructor". List them with: omni secret list')
})
