import { readFile } from 'node:fs/promises'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normaliseHost } from '../../omnibox/gateway/normalise-host.ts'
import { formatProblems } from '../yaml/format-problems.ts'
import { loadServerConfig, loadUserConfig } from './load-config.ts'
import { secretPresets } from './secret-presets.ts'
import { secretTerms } from './secret-terms.ts'
import type { SecretDefinitions } from './secrets.ts'

const load = (content: string) => loadUserConfig({ path: 'config.yaml', content }, [])
const problems = (content: string) => {
  const result = load(content)
  return result.ok ? [] : result.problems.map(({ line, column, message, hint }) => `${line}:${column} ${message}${hint === undefined ? '' : ` | ${hint}`}`)
}
function secrets(content: string): SecretDefinitions {
  const result = load(content)
  if (!result.ok) throw new Error(formatProblems(result.problems, { color: false }))
  return result.config.secrets
}
function termsOf(definition: string) {
  const { x } = secrets(`secrets:\n  x: ${definition}\n`)
  if (x === undefined) throw new Error('no secret')
  const { hosts, env, useFor } = secretTerms('x', x)
  return { hosts, env, uses: hosts.map((host) => ({ ...useFor(host), secret: undefined })) }
}

describe('secrets of the configuration', () => {
  it('come from each source, for the user and the server alike', () => {
    const text = `secrets:
  github: {from: {command: [gh, auth, token]}, hosts: [github.com, api.github.com], env: GITHUB_TOKEN, scheme: basic, user: x-access-token}
  jira:   {from: {env: JIRA_PAT}, hosts: [Acme.Atlassian.net], scheme: bearer}
  own:    {from: keychain, hosts: ["*.example.org"], env: [A, B], scheme: header, header: X-Api-Key}
  other:  {from: {keychain: own}, preset: npm}
  file:   {from: {file: ~/.token}, hosts: [internal]}
`
    const definitions = {
      github: { from: { command: ['gh', 'auth', 'token'] }, hosts: ['github.com', 'api.github.com'], env: 'GITHUB_TOKEN', scheme: 'basic', user: 'x-access-token' },
      jira: { from: { env: 'JIRA_PAT' }, hosts: ['acme.atlassian.net'], scheme: 'bearer' },
      own: { from: 'keychain', hosts: ['*.example.org'], env: ['A', 'B'], scheme: 'header', header: 'X-Api-Key' },
      other: { from: { keychain: 'own' }, preset: 'npm' },
      file: { from: { file: '~/.token' }, hosts: ['internal'] },
    }
    expect(secrets(text)).toEqual(definitions)
    expect(loadServerConfig({ path: 'server.yaml', content: text })).toMatchObject({ ok: true, config: { secrets: definitions } })
  })

  it('give every problem with its place', () => {
    expect(problems(`secrets:
  a: {from: keychian, hosts: [example.org]}
  b: {from: {environment: X}, hosts: [example.org]}
  c: {from: {env: X, file: /y}, hosts: [example.org]}
  d: {from: keychain}
  e: {hosts: [example.org]}
  f: {from: keychain, hosts: ["*", "*.org", "https://example.org", "example.org:443", 10.0.0.1, "*.a.b"]}
  g: {from: keychain, preset: githup}
  h: {from: keychain, hosts: [example.org], schema: bearer, value: "hush-hush-4711"}
  i: {from: {file: token.txt}, hosts: [example.org]}
  j: {from: {command: ["~/bin/token"]}, hosts: [example.org]}
  k: {from: {command: []}, hosts: [example.org]}
  l: {from: keychain, hosts: [example.org], scheme: header}
  m: {from: keychain, hosts: [example.org], header: X-Key, user: me}
  n: {from: keychain, hosts: [example.org], scheme: header, header: Content-Length}
  o: {from: keychain, hosts: [example.org], env: "A B"}
  "p q": {from: keychain, hosts: [example.org]}
  q: {from: keychain, preset: basic, hosts: [example.org], user: "a:b"}
`)).toEqual([
      '2:13 secrets.a.from must be keychain, not "keychian" | did you mean "keychain"?',
      '3:14 unknown key "environment" in secrets.b.from | did you mean "env"?',
      '4:22 "file" cannot stand in secrets.c.from beside "env"',
      '5:6 secrets.d needs "hosts": the only hosts that the secret goes to',
      '6:6 secrets.e needs "from"',
      ...[31, 36, 45, 68, 87].map((column) => `7:${column} secrets.f.hosts[${[31, 36, 45, 68, 87].indexOf(column)}] must be a host name such as api.example.org, or *.example.org for all below it; without scheme, port or path`),
      '8:31 secrets.g.preset must be github, gitlab, npm, bearer or basic, not "githup" | did you mean "github"?',
      '9:45 unknown key "schema" in secrets.h | did you mean "scheme"?',
      '9:61 unknown key "value" in secrets.h | a value never stands in a configuration file: "omni secret set NAME" keeps it',
      '10:20 secrets.i.from.file must be an absolute path, or start with ~/',
      '11:24 secrets.j.from.command[0] must be the name of a program or an absolute path: no shell reads it',
      '12:23 secrets.k.from.command must not be an empty list',
      '13:6 secrets.l needs "header": the name of the header that the secret goes into',
      '14:53 secrets.m.header stands only beside scheme: header',
      '14:66 secrets.m.user stands only beside scheme: basic',
      '15:69 secrets.n.header must be the name of a header that can carry a credential',
      '16:50 secrets.o.env must be the name of an environment variable: letters, digits and _',
      '17:3 the key "p q" in secrets must be 1 to 64 letters, digits, - _ .',
      '18:66 secrets.q.user must be a user name in ASCII, without spaces and without ":"',
    ])
  })
})

it('are as docs/secrets.md shows them', async () => {
  const page = await readFile('docs/secrets.md', 'utf8')
  const [, example = ''] = /```yaml\n(secrets:\n[\s\S]*?)```/.exec(page) ?? []
  expect(Object.keys(secrets(example))).toEqual(['github', 'jira', 'search', 'builds'])
  // The table of presets names every host and variable.
  for (const { hosts, env } of Object.values(secretPresets)) for (const word of [...hosts, ...env]) expect(page).toContain(`\`${word}\``)
})

describe('a preset', () => {
  it('says where a service wants its token, and how', () => {
    const github = termsOf('{from: keychain, preset: github}')
    expect(github.env).toEqual(['GITHUB_TOKEN', 'GH_TOKEN'])
    expect(Object.fromEntries(github.hosts.map((host, index) => [host, github.uses[index]?.form]))).toEqual({ 'github.com': 'basic', 'api.github.com': 'bearer', 'uploads.github.com': 'bearer', 'codeload.github.com': 'basic', 'raw.githubusercontent.com': 'bearer' })
    expect(github.uses[0]).toEqual({ form: 'basic', user: 'x-access-token' })
    expect(termsOf('{from: keychain, preset: gitlab}')).toEqual({ hosts: ['gitlab.com'], env: ['GITLAB_TOKEN'], uses: [{ form: 'basic', user: 'oauth2' }] })
    expect(termsOf('{from: keychain, preset: npm}')).toEqual({ hosts: ['registry.npmjs.org'], env: ['NPM_TOKEN'], uses: [{ form: 'bearer' }] })
    expect(termsOf('{from: keychain, preset: basic, hosts: [a.test]}')).toEqual({ hosts: ['a.test'], env: [], uses: [{ form: 'basic' }] })
  })

  it('gives way to what the person wrote', () => {
    expect(termsOf('{from: keychain, preset: github, hosts: [git.acme.test, api.github.com], env: ACME_TOKEN, user: bot}')).toEqual({
      hosts: ['git.acme.test', 'api.github.com'], env: ['ACME_TOKEN'], uses: [{ form: 'basic', user: 'bot' }, { form: 'bearer' }],
    })
    expect(termsOf('{from: keychain, preset: github, scheme: bearer, hosts: [github.com]}').uses).toEqual([{ form: 'bearer' }])
    expect(termsOf('{from: keychain, preset: npm, hosts: [npm.acme.test], scheme: header, header: X-Token}').uses).toEqual([{ form: 'header', header: 'X-Token' }])
  })
})

const words = fc.constantFrom('keychain', 'env', 'file', 'command', 'hosts', 'preset', 'github', 'scheme', 'basic', 'header', 'user', 'from', '*', '*.com', '*.example.org', 'EXAMPLE.org', 'a..b', '127.1', '0x7f', 'x-', 'host', '__proto__', 'constructor', '~/t', '../t')
const scrap = fc.oneof({ weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) }, { weight: 2, arbitrary: words }, { weight: 1, arbitrary: fc.array(words, { maxLength: 3 }) })
const often = <Value>(values: readonly Value[]) => fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: scrap })
const definition = fc.record({
  from: often<unknown>(['keychain', { env: 'A' }, { file: '/t' }, { command: ['gh', 'auth'] }, { keychain: 'x' }]),
  preset: often(['github', 'gitlab', 'npm', 'bearer', 'basic']), hosts: often([['example.org'], ['*.example.org', 'api.github.com']]), env: often<unknown>(['A', ['A', 'B', 'A']]),
  scheme: often(['bearer', 'basic', 'header']), header: often(['X-Key', 'Authorization']), user: often(['me', '']),
}, { requiredKeys: ['from'] })

it('never throws on secrets of any shape, and lets no host through that is all hosts or an address', () => {
  fc.assert(fc.property(fc.oneof(scrap, fc.dictionary(fc.oneof(words, fc.string({ maxLength: 8 })), fc.oneof(definition, scrap), { maxKeys: 3 })), (shape) => {
    const content = JSON.stringify({ secrets: shape })
    const result = load(content)
    for (const { line, column, message } of result.ok ? [] : result.problems) expect(line >= 1 && column >= 1 && message !== '').toBe(true)
    if (!result.ok) return
    for (const [name, definition] of Object.entries(result.config.secrets)) checkTerms(name, definition)
  }), { numRuns: 1_000 })
})

it('lets through hosts as the gateway reads them, and nothing else', () => {
  const hosts = fc.oneof(fc.domain(), fc.ipV4(), fc.webAuthority(), fc.stringMatching(/^(?:\*\.)?[a-zA-Z0-9_.:*-]{1,30}$/))
  fc.assert(fc.property(hosts, (host) => {
    const result = load(JSON.stringify({ secrets: { x: { from: 'keychain', hosts: [host] } } }))
    if (result.ok) for (const [name, definition] of Object.entries(result.config.secrets)) checkTerms(name, definition)
    else expect(/^[a-z][a-z0-9]*(?:\.[a-z][a-z0-9]*)*$/i.test(host) && host.length < 60).toBe(false)
  }), { numRuns: 1_000 })
})

function checkTerms(secret: string, definition: SecretDefinitions[string]): void {
  const { hosts, useFor } = secretTerms(secret, definition)
  expect(hosts.length).toBeGreaterThan(0)
  for (const host of hosts) {
    expect(host).toMatch(/^(?:\*\.(?:[a-z0-9_-]+\.)+)?[a-z0-9_.-]+$/)
    const name = host.replace(/^\*\./, '')
    expect(normaliseHost(name, { numericHosts: true })).toEqual({ host: name, literal: false })
    const use = useFor(host)
    expect(use.form === 'header').toBe(use.header !== undefined)
  }
}
