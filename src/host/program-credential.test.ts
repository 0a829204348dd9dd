import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { ModelProvider } from '../spec/ports/model-provider.ts'
import { chooseCredential } from './program-credential.ts'

const providers: readonly ModelProvider[] = [
  { id: 'acme', title: 'Acme', keyEnv: ['ACME_API_KEY', 'ACME_KEY'], otherEnv: ['ACME_TOKEN'], aliases: {} },
  { id: 'other', title: 'Other', keyEnv: ['OTHER_API_KEY'], aliases: {} },
]
const login = { file: { folderEnv: 'ACME_HOME', folder: '.acme', name: 'auth.json' }, first: false }
const one = { credentialEnv: ['ACME_API_KEY', 'ACME_TOKEN', 'ACME_HOME'], login, vendor: 'acme' }
const many = { credentialEnv: ['ACME_API_KEY', 'OTHER_API_KEY'], login }
const savedKeys = { acme: 'saved-acme', other: 'saved-other', constructor: 'no' }

async function home(signedIn: boolean): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'omni-login-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  await mkdir(join(dir, '.acme'))
  if (signedIn) await writeFile(join(dir, '.acme', 'auth.json'), 'never read')
  return dir
}

it('gives a saved key under the name that the program knows, when there is nothing else', async () => {
  const env = { HOME: await home(false) }
  expect(chooseCredential({ adapter: one, env, settings: { savedKeys }, providers })).toEqual({ says: { kind: 'saved', from: 'acme' }, env: { ACME_API_KEY: 'saved-acme' } })
  expect(chooseCredential({ adapter: many, env, settings: { savedKeys }, providers }).env).toEqual({ ACME_API_KEY: 'saved-acme', OTHER_API_KEY: 'saved-other' })
})

it.each(['ACME_API_KEY', 'ACME_TOKEN'])('gives none where %s is set', async (name) => {
  const env = { HOME: await home(false), [name]: 'theirs' }
  expect(chooseCredential({ adapter: one, env, settings: { savedKeys }, providers })).toEqual({ says: { kind: 'environment', from: name }, env: {} })
})

it('leaves a vendor’s own login alone: a saved key would change who pays', async () => {
  const dir = await home(true)
  const { says, env } = chooseCredential({ adapter: one, env: { HOME: dir }, settings: { savedKeys }, providers })
  expect({ says, env }).toEqual({ says: { kind: 'login', from: join(dir, '.acme', 'auth.json') }, env: {} })
  // A program of several services takes a key for each beside its login.
  expect(chooseCredential({ adapter: many, env: { HOME: dir }, settings: { savedKeys }, providers }).env).toEqual({ ACME_API_KEY: 'saved-acme', OTHER_API_KEY: 'saved-other' })
})

it('says first what the program takes first', async () => {
  const env = { HOME: await home(true), ACME_API_KEY: 'theirs' }
  const asked = (first: boolean) => chooseCredential({ adapter: { ...one, login: { ...login, first } }, env, settings: {}, providers }).says
  expect(asked(false)).toMatchObject({ kind: 'environment', also: expect.stringContaining('auth.json') })
  expect(asked(true)).toMatchObject({ kind: 'login', also: 'ACME_API_KEY' })
})

it('looks for the login where a variable moves it', async () => {
  const dir = await home(true)
  const env = { HOME: '/nowhere', ACME_HOME: join(dir, '.acme') }
  expect(chooseCredential({ adapter: one, env, settings: {}, providers }).says).toMatchObject({ kind: 'login' })
})

it('sends everything to a gateway when there is one, and no other key with it', async () => {
  const settings = { savedKeys, route: { baseUrl: 'http://gate', apiKey: 'gate-key' } }
  expect(chooseCredential({ adapter: one, env: { HOME: await home(true) }, settings, providers })).toEqual({ says: { kind: 'gateway', from: 'http://gate' }, env: {} })
})

it('tells nothing there from nothing needed and from nothing to be seen', async () => {
  const env = { HOME: await home(false) }
  const kind = (adapter: Parameters<typeof chooseCredential>[0]['adapter']) => chooseCredential({ adapter, env, settings: {}, providers }).says.kind
  expect([kind(one), kind({ credentialEnv: [] }), kind({ credentialEnv: ['X_TOKEN'], login: { first: false } })]).toEqual(['none', 'none-needed', 'unknown'])
})
