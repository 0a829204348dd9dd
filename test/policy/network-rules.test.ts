import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readBaseline } from '../../src/app/policy-desk.ts'
import { explainDecision } from '../../src/policy/explain.ts'
import { startListsOfLog } from '../../src/policy/lists-of-log.ts'
import { describePolicy } from '../../src/spec/policy/describe-policy.ts'
import { loadPolicies } from '../../src/spec/policy/load-policies.ts'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import { treeLog, wire, wirePush } from './tree-log.ts'

function load(text: string): readonly Policy[] {
  const loaded = loadPolicies('x.yaml', text, 'server')
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.policies
}
const problems = (text: string) => {
  const loaded = loadPolicies('x.yaml', text, 'server')
  return loaded.ok ? [] : loaded.problems.map(({ message }) => message)
}
const secretsOf = ({ secrets }: ReturnType<ReturnType<typeof treeLog>['send']>) => secrets.map(({ secret, rule }) => `${secret} by ${rule}`)

describe('worked example 9', () => {
  const example = load(readFileSync('test/fixtures/policies/example-09.yaml', 'utf8'))
  it('denies by default, and gives nothing to what it denies', () => {
    expect(treeLog({ server: example }).send(wire('GET', 'https://example.org/'))).toMatchObject({ verdict: 'deny', ran: false, secrets: [], rules: [{ rule: 'server/net-default' }] })
  })
  it('lets named reads go, with the secret', () => {
    const sent = treeLog({ server: example }).send(wire('GET', 'https://api.github.com/repos/acme/app'))
    expect([sent.verdict, secretsOf(sent)]).toEqual(['allow', ['gh by server/gh-read']])
  })
  it('asks about named writes, which go with the secret after a yes', () => {
    const log = treeLog({ server: example })
    const sent = log.send(wire('POST', 'https://api.github.com/repos/acme/app/issues'))
    expect([sent.verdict, sent.ran, secretsOf(sent), sent.rules.map(({ rule }) => rule)]).toEqual(['ask', true, ['gh by server/gh-write-asks'], ['server/gh-write-asks']])
    expect(log.send(wire('POST', 'https://api.github.com/repos/acme/app/issues'), { approve: false }).ran).toBe(false)
  })
  it('denies the same by http, on another port, and of other owners', () => {
    const log = treeLog({ server: example })
    for (const url of ['http://api.github.com/repos/acme/app', 'https://api.github.com:8443/repos/acme/app', 'https://api.github.com/repos/other/app', 'https://evil.example/api.github.com/repos/acme/app']) expect([url, log.send(wire('GET', url)).verdict]).toEqual([url, 'deny'])
  })
})

it('does what the example of the docs says', () => {
  const [, , example = ''] = /## What goes out\n([\s\S]*?)```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/policies.md', 'utf8')) ?? []
  const log = treeLog({ server: load(example) })
  expect([wire('GET', 'https://github.com/acme/app.git/info/refs'), { ...wirePush(['refs/heads/agent/a']), host: 'github.com' }, { ...wirePush(['refs/heads/main']), host: 'github.com' }, wire('POST', 'https://api.github.com/repos/acme/app/issues'), wire('DELETE', 'https://api.github.com/repos/acme/app')].map((sent) => log.send(sent)).map((each) => [each.verdict, secretsOf(each).length])).toEqual([['allow', 1], ['allow', 1], ['deny', 0], ['ask', 1], ['deny', 0]])
})

describe('use_secret', () => {
  it('is a use of the secret, of which other policies speak', () => {
    const log = treeLog({ server: load('{name: secrets-ask, type: tool, match: {subject: secret.use, name: gh}, action: ask}'), session: load('{name: read, type: network, match: {host: api.acme.org}, use_secret: gh, action: allow}') })
    expect(log.send(wire('GET', 'https://api.acme.org/'))).toMatchObject({ verdict: 'ask', rules: [{ rule: 'server/secrets-ask' }] })
    expect(log.send(wire('GET', 'https://acme.org/'))).toMatchObject({ verdict: 'allow', secrets: [] })
  })
  it('is never of what is not certain', () => {
    const log = treeLog({ server: load('{name: read, type: network, match: {host: "@trusted"}, use_secret: gh, action: allow}') })
    expect(log.send(wire('GET', 'https://api.acme.org/')).secrets).toEqual([])
  })
  it('of several policies is each secret once, the session’s first', () => {
    const log = treeLog({ server: load('[{name: a, type: network, use_secret: one, action: allow}, {name: b, type: network, use_secret: two, action: warn}]'), session: load('{name: c, type: network, use_secret: two, action: allow}') })
    expect(secretsOf(log.send(wire('GET', 'https://x.org/')))).toEqual(['two by session/c', 'one by server/a'])
  })
  it('cannot stand where nothing is let through', () => {
    for (const rest of ['action: deny', 'default: deny', 'default: ask']) expect(problems(`{name: a, type: network, use_secret: gh, ${rest}}`)).toEqual([expect.stringContaining('is for policies that let a request through')])
    expect(problems('{name: a, type: network, refs: [main], default: deny}')).toEqual([expect.stringContaining('cannot narrow a default')])
    expect(problems('{name: a, type: exec, use_secret: gh, action: allow}')).toHaveLength(1)
  })
})

describe('refs', () => {
  const own = load('[{name: d, type: network, default: deny}, {name: repo, type: network, match: {url: "https://example.org/acme/app.git/**"}, refs: ["refs/heads/agent/*"], use_secret: forge, action: allow}]')
  it('lets a fetch through, the questions before a push, and a push of these refs alone', () => {
    const log = treeLog({ server: own })
    const verdict = (sent: ReturnType<typeof wire>) => log.send(sent).verdict
    expect([
      verdict(wire('GET', 'https://example.org/acme/app.git/info/refs')), verdict(wire('POST', 'https://example.org/acme/app.git/git-upload-pack')), verdict(wire('GET', 'https://example.org/acme/app.git/info/refs', { gitPush: { repo: 'acme/app', refs: [] } })), verdict(wirePush([])),
      verdict(wirePush(['refs/heads/agent/a', ':refs/heads/agent/b'])), verdict(wirePush(['refs/heads/agent/a', 'refs/heads/main'])), verdict(wirePush(['refs/tags/agent/a'])), verdict(wirePush(['refs/heads/agent/a'], {}, 'acme/other')),
    ]).toEqual(['allow', 'allow', 'allow', 'allow', 'allow', 'deny', 'deny', 'deny'])
  })
  it('still asks for what the baseline asks', async () => {
    const log = treeLog({ server: await readBaseline(), session: own })
    const sent = log.send(wirePush(['refs/heads/agent/a']))
    expect([sent.verdict, sent.rules.map(({ rule }) => rule), secretsOf(sent)]).toEqual(['ask', ['server/baseline.writes-outside-ask', 'server/baseline.push-asks'], ['forge by session/repo']])
  })
  it('of a policy that asks and admits holds what it cannot admit', () => {
    const log = treeLog({ server: load('[{name: d, type: network, default: deny}, {name: repo, type: network, match: {host: example.org}, refs: [agent], action: ask, admit: true}]') })
    expect([log.send(wirePush(['refs/heads/agent'])).verdict, log.send(wirePush(['refs/heads/agent', 'refs/heads/main'])).verdict, log.send(wirePush(['refs/heads/main'])).verdict]).toEqual(['ask', 'deny', 'deny'])
  })
  it('of a policy that denies holds any of them back', () => {
    const log = treeLog({ server: load('{name: no-main, type: network, refs: [main], action: deny}') })
    expect([log.send(wirePush(['refs/heads/main', 'refs/heads/x'])).verdict, log.send(wirePush(['refs/heads/x'])).verdict, log.send(wire('GET', 'https://example.org/')).verdict]).toEqual(['deny', 'allow', 'allow'])
  })
  it('is explained, and said in one line', () => {
    const log = treeLog({ server: own })
    const { asked } = log.fold.requested(wirePush(['refs/heads/main']), { now: log.now, planes: { wire: true, kernel: true, restore: true } })
    const { lists, question } = log.fold.question(asked, { now: log.now, planes: { wire: true, kernel: true, restore: true } })
    const parts = explainDecision(lists, question, true).levels.flatMap(({ rules }) => rules).find(({ rule }) => rule === 'server/repo')?.parts
    expect(parts?.at(-1)).toEqual({ depth: 0, text: 'refs: refs/heads/agent/* (it pushes refs/heads/main)', truth: false })
    expect(own.map(describePolicy)).toEqual(['deny network by default', 'allow network where url: https://example.org/acme/app.git/** pushing refs/heads/agent/* with the secret forge'])
  })
})

it('is decided at the wire, whatever comes later elsewhere: nothing does', () => {
  const log = treeLog({ server: load('{name: out, type: network, match: {host: "@unheard"}, action: ask}') }, { wire: true, kernel: true, restore: true })
  expect(log.send(wire('GET', 'https://example.org/'))).toMatchObject({ verdict: 'ask', rules: [{ unknown: true }] })
  expect(log.ask([{ kind: 'net.request', scheme: 'https', host: 'example.org', method: 'GET', path: '/', outbound: true }]).verdict).toBe('allow')
})

it('asks about writes to the outside, and about no read, under the shipped policies', async () => {
  const log = treeLog({ server: await readBaseline() })
  expect([log.send(wire('GET', 'https://example.org/')).verdict, log.send(wire('POST', 'https://registry.npmjs.org/-/npm/v1/security/advisories/bulk')).verdict, log.send(wire('POST', 'http://localhost:3000/x')).verdict]).toEqual(['allow', 'allow', 'allow'])
  expect(log.send(wire('PUT', 'https://registry.npmjs.org/@acme/app')).rules.map(({ rule }) => rule)).toEqual(['server/baseline.writes-outside-ask', 'server/baseline.publish-asks'])
})

describe('sandbox.network of an agent', () => {
  const open = (sandbox: unknown) => {
    const log = treeLog({})
    log.emit('session.created', { agent: { name: 'coder', hash: 'h', spec: { policies: [], sandbox } as never }, harness: 'scripted', workspace: { mode: 'here', path: '/home/ann/app' } }, 'boxed', undefined)
    return log
  }
  const sent = (log: ReturnType<typeof open>, method: string, url: string) => log.send(wire(method, url, { session: 'boxed' }))
  it('holds at the agent’s level as policies of type network', () => {
    const log = open({ profile: 'workspace', network: { default: 'deny', rules: [{ url: 'https://a.example/**', method: ['GET'], use_secret: 'x', action: 'allow' }, { host: 'b.example', action: 'ask' }, { host: 'c.example', action: 'deny' }] } })
    expect(sent(log, 'GET', 'https://a.example/x')).toMatchObject({ verdict: 'allow', secrets: [{ secret: 'x', rule: 'agent/sandbox.network#1' }] })
    expect([sent(log, 'POST', 'https://a.example/x'), sent(log, 'GET', 'https://b.example/'), sent(log, 'GET', 'https://c.example/'), sent(log, 'GET', 'https://d.example/')].map(({ verdict, rules }) => [verdict, rules.map(({ rule }) => rule)])).toEqual([
      ['deny', ['agent/sandbox.network#default']], ['ask', ['agent/sandbox.network#2']], ['deny', ['agent/sandbox.network#3', 'agent/sandbox.network#default']], ['deny', ['agent/sandbox.network#default']],
    ])
    expect(log.fold.inForce('boxed').map(({ level, rules }) => [level, rules.length])).toEqual([['agent', 4], ['server', 0]])
  })
  it('of a form that nobody here knows lets nothing out', () => {
    expect(sent(open({ network: { default: 'maybe' } }), 'GET', 'https://a.example/')).toMatchObject({ verdict: 'deny', rules: [{ rule: 'agent/sandbox.network#unreadable' }] })
    expect(sent(open({ profile: 'of a newer version' }), 'GET', 'https://a.example/').verdict).toBe('allow')
    expect(sent(open(undefined), 'GET', 'https://a.example/').verdict).toBe('allow')
  })
  it('is seen by whoever reads the log again', () => {
    const log = open({ network: { default: 'ask' } })
    const lists = startListsOfLog()
    for (const event of log.events) lists.take(event)
    expect(lists.lists.map(({ hash }) => hash)).toContain(log.fold.inForce('boxed')[0]?.hash)
  })
})
