import { expect, it } from 'vitest'
import type { ModelProvider } from '../spec/ports/model-provider.ts'
import { insideOf, type InsideQuestion } from './inside.ts'

const all: readonly ModelProvider[] = [
  { id: 'acme', title: 'Acme', keyEnv: ['ACME_API_KEY'], otherEnv: ['ACME_AUTH_TOKEN'], addressEnv: 'ACME_BASE_URL', aliases: {} },
  { id: 'local', title: 'Local', keyEnv: [], addressEnv: 'LOCAL_BASE_URL', aliases: {} },
]
const acme = { host: 'api.acme.test', basePath: '', dialects: ['messages'] as const }
const providers = { all, places: (id: string) => (id === 'acme' ? [acme] : id === 'local' ? [{ host: '127.0.0.1:11434', basePath: '', dialects: ['chat-completions'] as const }] : []) }
const standIn = (value: string): string => value.replaceAll(/[a-z]/g, 'x')
const ask = (question: Partial<InsideQuestion>) => insideOf({ env: {}, credentialEnv: ['ACME_API_KEY', 'ACME_AUTH_TOKEN', 'ACME_BASE_URL', 'ACME_HOME', 'OTHER_TOKEN', 'LOCAL_BASE_URL'], providers, home: '/in/home', standIn, ...question })

it('lets nothing in that is the user’s: no key, no folder, no home', () => {
  const { env, services, secrets } = ask({ env: { PATH: '/usr/bin', LANG: 'C', HOME: '/home/u', XDG_RUNTIME_DIR: '/run/user/1', TMPDIR: '/home/u/tmp', ACME_API_KEY: 'key-abcdefgh', ACME_HOME: '/home/u/.acme', USER: 'u' }, credentialEnv: ['ACME_API_KEY', 'ACME_HOME'] })
  expect(env).toEqual({ PATH: '/usr/bin', LANG: 'C', HOME: '/in/home', USER: 'agent', LOGNAME: 'agent', ACME_API_KEY: 'xxx-xxxxxxxx' })
  expect(services).toEqual([{ ...acme, placeholder: 'xxx-xxxxxxxx', credential: 'key-abcdefgh' }])
  expect(secrets).toEqual([{ name: 'model 1', value: 'key-abcdefgh', placeholder: 'xxx-xxxxxxxx', hosts: ['api.acme.test'] }])
})

it('turns an address that a person configured into a name of the box, wherever it leads', () => {
  const { env, services } = ask({ env: { ACME_AUTH_TOKEN: 'tok-abcdefgh', ACME_BASE_URL: 'http://10.1.2.3:4000/proxy/' }, credentialEnv: ['ACME_AUTH_TOKEN', 'ACME_BASE_URL'] })
  expect(env['ACME_BASE_URL']).toBe('https://m1.models.omnibox.internal/proxy')
  expect(services).toMatchObject([{ host: 'm1.models.omnibox.internal', basePath: '', address: 'http://10.1.2.3:4000', placeholder: 'xxx-xxxxxxxx', credential: 'tok-abcdefgh' }])
})

it('leads to a service of this machine that needs no key', () => {
  const { env, services } = ask({})
  expect(env['LOCAL_BASE_URL']).toBe('https://m1.models.omnibox.internal/v1')
  expect(services).toMatchObject([{ address: 'http://127.0.0.1:11434', placeholder: '' }])
})

it('gives a route of its own for the one outside, with or without a key', () => {
  const withKey = ask({ route: { baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'key-abcdefgh' }, credentialEnv: [] })
  expect(withKey.route).toEqual({ baseUrl: 'https://m1.models.omnibox.internal/v1', apiKey: 'xxx-xxxxxxxx' })
  const without = ask({ route: { baseUrl: 'http://127.0.0.1:9', apiKey: '' }, credentialEnv: [] })
  expect(without.services).toMatchObject([{ placeholder: standIn('http://127.0.0.1:9') }])
  expect(without.services[0]).not.toHaveProperty('credential')
})

it('leaves out, and names, a key of nobody known', () => {
  const { env, unknown } = ask({ env: { OTHER_TOKEN: 'tok-abcdefgh' }, credentialEnv: ['OTHER_TOKEN'] })
  expect([env['OTHER_TOKEN'], unknown]).toEqual([undefined, ['OTHER_TOKEN']])
})
