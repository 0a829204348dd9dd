import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { createSecretBox } from '../../omnibox/gateway/secret-box.ts'
import type { AgentSpec } from '../../spec/agent/agent-spec.ts'
import type { SecretDefinitions } from '../../spec/config/secrets.ts'
import { mergeSecrets } from './defined-secrets.ts'
import { resolveSecrets } from './resolve-secrets.ts'
import { createSecretFiles } from './secret-files.ts'
import { createSecretStore } from './secret-store.ts'

const token = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'
const user: SecretDefinitions = {
  github: { from: { command: ['printf', token] }, preset: 'github' },
  jira: { from: { env: 'JIRA_PAT' }, hosts: ['acme.atlassian.net'] },
  own: { from: 'keychain', hosts: ['*.example.org'], scheme: 'header', header: 'X-Api-Key', env: 'OWN_KEY' },
  second: { from: { env: 'JIRA_PAT' }, preset: 'github', hosts: ['git.acme.test'] },
  broken: { from: { env: 'ABSENT' }, hosts: ['a.test'] },
  worse: { from: { file: '/no/such/file' }, hosts: ['a.test'] },
}

async function world(server: SecretDefinitions = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'omni-resolve-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const store = createSecretStore(createSecretFiles(join(dir, 'keychain')), createSecretFiles(join(dir, 'files')))
  await store.save('own', 'own-key-4711')
  const defined = mergeSecrets({ server, user })
  const sources = { environment: { PATH: process.env['PATH'] ?? '', JIRA_PAT: 'jira-pat-of-ann-77' }, store }
  const resolve = (asked: AgentSpec['secrets'], session = 'ses_1') => resolveSecrets({ session, asked, defined, sources, placeholderKey: Buffer.from('key of this host') })
  const problem = (asked: AgentSpec['secrets']) => resolve(asked).then(() => '', (error: { code: string; message: string }) => `${error.code}: ${error.message}`)
  return { dir, resolve, problem }
}

it('gives what an agent asks for, as the gateway takes it', async () => {
  const { resolve } = await world()
  const { secrets, warnings } = await resolve({ github: { hosts: ['github.com', 'api.github.com'] }, jira: {}, own: { hosts: ['a.example.org', '*.b.example.org'] } })
  expect(warnings).toEqual([])
  expect(secrets).toEqual([
    { name: 'github', placeholder: expect.stringMatching(/^ghp_\d\d[A-Z]\d[a-z]\d\d[A-Z]\d+[a-z]/), hosts: ['github.com', 'api.github.com'], env: ['GITHUB_TOKEN', 'GH_TOKEN'], uses: [{ host: 'github.com', use: { secret: 'github', form: 'basic', user: 'x-access-token' } }, { host: 'api.github.com', use: { secret: 'github', form: 'bearer' } }] },
    { name: 'jira', placeholder: expect.not.stringContaining('jira-pat-of-ann'), hosts: ['acme.atlassian.net'], env: [], uses: [{ host: 'acme.atlassian.net', use: { secret: 'jira', form: 'bearer' } }] },
    { name: 'own', placeholder: expect.any(String), hosts: ['a.example.org', '*.b.example.org'], env: ['OWN_KEY'], uses: ['a.example.org', '*.b.example.org'].map((host) => ({ host, use: { secret: 'own', form: 'header', header: 'X-Api-Key' } })) },
  ])
  expect(secrets.map(({ value }) => value)).toEqual([token, 'jira-pat-of-ann-77', 'own-key-4711'])
  const box = createSecretBox(secrets, { placeholderHosts: true })
  const sent = secrets.map(({ uses: [first] }) => (first === undefined ? [] : box.inject([], [first.use], first.host)))
  expect(sent).toEqual([['authorization', `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`], ['authorization', 'Bearer jira-pat-of-ann-77'], ['X-Api-Key', 'own-key-4711']])
  expect(() => box.inject([], [{ secret: 'github', form: 'bearer' }], 'uploads.github.com')).toThrow('does not go to uploads.github.com')
})

it('shows its values to nobody who does not ask for them', async () => {
  const { resolve } = await world()
  const resolved = await resolve({ github: {}, own: {} })
  const shown = [inspect(resolved, { depth: 9 }), JSON.stringify(resolved), inspect(resolved.secrets.map((secret) => ({ ...secret }))), inspect(structuredClone(resolved))]
  for (const text of shown) expect(text).not.toMatch(/16C7e42F|own-key/)
})

it('gives a session the same stand-in again, and another session another', async () => {
  const { resolve } = await world()
  const standIn = async (session: string) => (await resolve({ github: {} }, session)).secrets[0]?.placeholder
  expect(await standIn('ses_1')).toBe(await standIn('ses_1'))
  expect(await standIn('ses_1')).not.toBe(await standIn('ses_2'))
})

it('takes the server’s where both define one', async () => {
  const { resolve } = await world({ jira: { from: { command: ['printf', 'of-the-server-77'] }, hosts: ['jira.acme.test'] } })
  const { secrets: [jira] } = await resolve({ jira: {} })
  expect([jira?.value, jira?.hosts]).toEqual(['of-the-server-77', ['jira.acme.test']])
})

it('refuses everything that is not granted, at once, before anything is read', async () => {
  const { problem } = await world()
  expect(await problem({ githup: {}, constructor: {}, jira: { hosts: ['acme.atlassian.net', 'evil.test', '*'] }, github: {}, second: {}, broken: {} })).toBe(`invalid: There is no secret "githup". Did you mean "github"? To define it: omni secret set githup
There is no secret "constructor". To define it: omni secret set constructor
The secret "jira" does not go to evil.test, *: an agent may narrow its hosts, never widen them. They are: acme.atlassian.net
The secrets "github" and "second" both go into the variable GITHUB_TOKEN. Give one of them another: env: NAME in its definition
The secrets "github" and "second" both go into the variable GH_TOKEN. Give one of them another: env: NAME in its definition`)
})

it('reads all or none, and names each that can not be read', async () => {
  const { problem } = await world()
  const said = await problem({ github: {}, broken: {}, worse: {} })
  expect(said).toMatch(/^unavailable: The secret "broken" can not be read: the variable ABSENT is not set here\..*\nThe secret "worse" can not be read: there is no file \/no\/such\/file\.$/)
})

it('passes a warning on', async () => {
  const { dir } = await world()
  const file = join(dir, 'token')
  await writeFile(file, token, { mode: 0o644 })
  const defined = mergeSecrets({ server: { open: { from: { file }, hosts: ['a.test'] } }, user: {} })
  const store = createSecretStore(createSecretFiles(dir), createSecretFiles(dir))
  const { warnings } = await resolveSecrets({ session: 'ses_1', asked: { open: {} }, defined, sources: { environment: {}, store }, placeholderKey: Buffer.from('k') })
  expect(warnings).toEqual([expect.stringContaining(`chmod 600 ${file}`)])
})
