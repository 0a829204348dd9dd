import { describe, expect, it } from 'vitest'
import { wire } from '../../../test/policy/tree-log.ts'
import { readBaseline } from '../../app/policy-desk.ts'
import { compileTable } from '../../omnibox/gateway/static-table.ts'
import { expandNetwork } from '../../spec/agent/expand-network.ts'
import { loadPolicies } from '../../spec/policy/load-policies.ts'
import type { Policy } from '../../spec/policy/policy-schema.ts'
import { compilePolicies } from '../compile-policies.ts'
import { staticTable, type TableGround } from './static-table.ts'

function load(text: string): readonly Policy[] {
  const loaded = loadPolicies('x.yaml', text, 'server')
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.policies
}
type Lists = string | readonly Policy[]
const tableOf = (lists: readonly Lists[], ground: Partial<TableGround> = {}) => staticTable(lists.map((list, index) => compilePolicies(index === 0 ? 'server' : 'agent', typeof list === 'string' ? load(list) : list)), { revision: 7, ...ground })
const decided = (lists: readonly Lists[], line: string, ground: Partial<TableGround> = {}) => {
  const [method = '', url = ''] = line.split(' ')
  return compileTable(tableOf(lists, ground)).decide(wire(method, url))
}
const act = (lists: readonly Lists[], line: string, ground?: Partial<TableGround>) => decided(lists, line, ground).action

describe('under the shipped policies alone', () => {
  it('reads go without a question, whatever the host and how many; writes are judged one by one', async () => {
    const baseline = await readBaseline()
    const lines = ['GET https://registry.npmjs.org/left-pad', 'HEAD http://example.org/', 'OPTIONS https://example.org/a', 'POST https://example.org/a', 'PUT https://registry.npmjs.org/left-pad', 'DELETE https://example.org/', 'BREW https://example.org/']
    expect(lines.map((line) => act([baseline], line))).toEqual(['allow', 'allow', 'allow', 'authorize', 'authorize', 'authorize', 'authorize'])
  })
  it('is a handful of rows', async () => {
    const { rules, revision, otherwise } = tableOf([await readBaseline()])
    expect([rules.length <= 12, revision, otherwise]).toEqual([true, 7, 'authorize'])
  })
})

it('allows everything where there is no policy at all', () => {
  expect(tableOf([]).rules).toEqual([{ host: '*', rule: 'policies', action: 'allow' }])
})

describe('a default', () => {
  const registry = '[{name: d, type: network, default: deny, message: "{{host}} is not on the list ({{rule}})."}, {name: registry, type: network, match: {url: "https://registry.example.org/**", method: [GET, HEAD]}, action: allow}]'
  it('that denies is rows that deny, with its message, beside those that allow', () => {
    expect(decided([registry], 'GET https://registry.example.org/a')).toMatchObject({ action: 'allow', rule: 'server/registry' })
    expect(decided([registry], 'POST https://registry.example.org/a')).toMatchObject({ action: 'deny', rule: 'server/d', message: 'registry.example.org is not on the list (server/d).' })
    expect(decided([registry], 'GET https://other.example/')).toMatchObject({ action: 'deny', rule: 'server/d', message: '… is not on the list (server/d).' })
    expect(act([registry], 'GET http://registry.example.org/a')).toBe('deny')
  })
  it('that denies leaves no name to look up but those on the list', () => {
    const table = compileTable(tableOf([registry]))
    expect(['registry.example.org', 'other.example', 'x.registry.example.org'].map((host) => table.mayReach(host))).toEqual([true, false, false])
  })
  it('that asks is judged, beside rows that allow', () => {
    const asks = registry.replace('default: deny, message: "{{host}} is not on the list ({{rule}})."', 'default: ask')
    expect([act([asks], 'GET https://registry.example.org/a'), act([asks], 'GET http://registry.example.org/a'), act([asks], 'POST https://registry.example.org/a'), act([asks], 'GET https://other.example/')]).toEqual(['allow', 'authorize', 'authorize', 'authorize'])
  })
  it('of another level is lifted by no rule of this one', () => {
    expect(act(['{name: d, type: network, default: deny}', '{name: a, type: network, match: {host: example.org}, action: allow}'], 'GET https://example.org/')).toBe('deny')
  })
  it('that a question would lift is judged', () => {
    expect(act(['[{name: d, type: network, default: deny}, {name: a, type: network, match: {host: example.org}, action: ask, admit: true}]'], 'GET https://example.org/')).toBe('authorize')
  })
})

it('is what the network section of an agent says', async () => {
  const section = expandNetwork({
    default: 'ask', rules: [
      { url: 'https://registry.example.org/**', method: ['GET', 'HEAD'], action: 'allow' }, { url: 'https://github.com/acme/app.git/**', refs: ['refs/heads/agent/*'], action: 'allow' },
      { url: 'https://api.github.com/repos/acme/**', method: ['GET'], use_secret: 'github', action: 'allow' }, { host: '*.internal', action: 'deny' },
    ],
  })
  const lists = [await readBaseline(), section]
  expect(['GET https://registry.example.org/a', 'GET https://github.com/acme/app.git/info/refs', 'GET https://github.com/acme/other.git/info/refs', 'GET https://api.github.com/repos/acme/app', 'GET https://a.internal/', 'GET https://internal/', 'POST https://x.internal/', 'GET https://example.org/'].map((line) => act(lists, line))).toEqual(['allow', 'allow', 'authorize', 'authorize', 'deny', 'deny', 'deny', 'authorize'])
})

describe('is judged', () => {
  const read = 'GET https://example.org/a'
  it.each([
    ['what a person is asked about', '{name: a, type: network, match: {host: example.org}, action: ask}'], ['what is warned of', '{name: a, type: network, match: {path: /a}, action: warn}'], ['what gets a secret', '{name: a, type: network, match: {url: "https://example.org/*"}, use_secret: x, action: allow}'],
    ['what costs hold back', '{name: a, type: cost, value: 5, action: warn}'], ['what is counted', '{name: a, type: rate, of: net.request, match: {host: example.org}, value: 5, per: turn, action: ask}'], ['what is counted with all else', '{name: a, type: rate, of: "*", value: 5, per: turn, action: ask}'], ['what may repeat', '{name: a, type: loop, of: net.request, value: 5, within: 9 calls, action: ask}'],
    ['what something waits for', '{name: a, type: exec, after: {net.request: {host: "*.example.org"}}, action: ask}'], ['what takes something back', '{name: a, type: git, after: {exec: {}, cleared_by: {net.request: {path: /a}}}, action: ask}'], ['what something must not have happened since', '{name: a, type: require, match: {subject: git.commit}, after: {exec: {}, since: {net.request: {}}}, action: deny}'],
    ['what depends on the past', '{name: a, type: network, after: {package.install: {}}, action: deny}'], ['what depends on the hour', '{name: a, type: time, match: {subject: net.request, window: {from: "01:00", to: "02:00"}}, action: deny}'], ['what secrets are looked for in', '{name: a, type: secret, match: {in: [net.request], kinds: [known]}, action: deny}'],
    ['what no pattern of a table can say', '{name: a, type: network, match: {host: "ex*.org"}, action: deny}'], ['what an expression says', '{name: a, type: network, match: {path: {matches: "^/a"}}, action: deny}'], ['whose host set nobody knows', '{name: a, type: network, match: {host: "@unheard"}, action: deny}'], ['how much it sends', '{name: a, type: network, match: {body_bytes: {ge: 5}}, action: deny}'],
    ['who does it, where that is not known', '{name: a, type: network, match: {agent: x}, action: deny}'], ['what any tool is asked about', '{name: a, type: tool, match: {outbound: true}, action: ask}'],
  ])('%s', (_, policy) => {
    expect(act([policy], read)).toBe('authorize')
  })
  it.each([
    ['{name: a, type: network, match: {host: other.org}, action: ask}'], ['{name: a, type: network, match: {method: POST}, action: deny}'], ['{name: a, type: network, match: {path: "/b/**"}, action: ask}'], ['{name: a, type: rate, of: exec, value: 5, per: turn, action: ask}'], ['{name: a, type: loop, of: exec, value: 5, within: 9 calls, action: ask}'],
    ['{name: a, type: exec, after: {net.request: {method: POST}}, action: ask}'], ['{name: a, type: cost, value: 5, match: {model: x}, action: deny}'], ['{name: a, type: secret, match: {in: [git.push], kinds: [known]}, action: deny}'], ['{name: a, type: git, action: ask}'], ['{name: a, type: tool, match: {server: x}, action: deny}'], ['{name: a, type: network, match: {observed: true}, action: deny}'], ['{name: a, type: network, refs: [main], action: ask}'],
  ])('and not for %s', (policy) => {
    expect(act([policy], read)).toBe('allow')
  })
  it('an upload where packages are asked about, and no other read', () => {
    const publish = '{name: a, type: package, match: {verb: publish}, action: ask}'
    expect([act([publish], 'PUT https://registry.npmjs.org/a'), act([publish], 'GET https://registry.npmjs.org/a'), act(['{name: a, type: package, match: {verb: install}, action: ask}'], 'PUT https://registry.npmjs.org/a')]).toEqual(['authorize', 'allow', 'allow'])
  })
  it('an attempt that is counted, even where it is denied', () => {
    const denied = '{name: d, type: network, default: deny}'
    expect(act([denied, '{name: r, type: rate, of: net.request, value: 3, per: turn, count: attempts, action: ask}'], read)).toBe('authorize')
    expect(act([denied, '{name: r, type: rate, of: net.request, value: 3, per: turn, action: ask}'], read)).toBe('deny')
  })
  it('a host that is called as one that nobody knows', () => {
    expect([act(['{name: a, type: network, match: {host: example.org}, action: deny}'], 'GET https://unknown/'), act([], 'GET https://unknown/')]).toEqual(['authorize', 'allow'])
  })
})

it('goes by who acts, and by the host sets, as far as they are given', () => {
  const policy = '[{name: a, type: network, match: {depth: {ge: 1}}, action: deny}, {name: b, type: network, match: {host: "@bad"}, action: deny}]'
  const hostSets = { bad: ['*.bad.org'] }
  const of = (depth: number, host: string) => act([policy], `GET https://${host}/`, { hostSets, actor: { depth } })
  expect([of(0, 'example.org'), of(1, 'example.org'), of(0, 'bad.org'), of(0, 'x.bad.org'), of(0, 'notbad.org')]).toEqual(['allow', 'deny', 'deny', 'deny', 'allow'])
})

describe('ports', () => {
  it('are opened by what lets a host through on them, and by nothing else', () => {
    const opens = (policy: string, port: number) => compileTable(tableOf([policy])).opens('example.org', port)
    expect([opens('{name: a, type: network, match: {host: example.org, port: 8443}, action: allow}', 8_443), opens('{name: a, type: network, match: {url: "https://example.org:8443/**"}, action: ask}', 8_443), opens('{name: a, type: network, match: {host: example.org, port: 8443}, action: deny}', 8_443), opens('{name: a, type: network, match: {host: other.org, port: 8443}, action: allow}', 8_443), opens('{name: a, type: network, match: {host: example.org, port: 443}, action: allow}', 443)]).toEqual([true, true, false, false, false])
  })
  it('opened for all below are opened for each of them, and judged there', () => {
    const lists = ['[{name: d, type: network, default: deny}, {name: a, type: network, match: {host: "*.example.org", port: 8443}, action: allow}, {name: b, type: network, match: {host: x.example.org, port: 443}, action: allow}]']
    expect(['GET https://y.example.org:8443/', 'GET https://x.example.org:8443/', 'GET https://x.example.org/', 'GET https://y.example.org/'].map((line) => act(lists, line))).toEqual(['allow', 'allow', 'allow', 'deny'])
  })
  it('80 is judged for https as well, which a row for it opens there', () => {
    const lists = ['[{name: d, type: network, default: deny}, {name: a, type: network, match: {url: "http://example.org/**"}, action: allow}]']
    expect([act(lists, 'GET http://example.org/'), act(lists, 'GET https://example.org/'), compileTable(tableOf(lists)).opens('example.org', 80)]).toEqual(['authorize', 'deny', true])
  })
})

describe('gives up where policies name too much, and then lets everything be judged:', () => {
  const hosts = (count: number) => Array.from({ length: count }, (_, index) => `h${index}.org`)
  const deny = (name: string, match: NonNullable<Policy['match']>): Policy => ({ name, type: 'network', match, action: 'deny' })
  it.each([
    ['hosts', hosts(6).map((name) => deny(name, { host: hosts(450).map((host) => `${name}${host}`) }))],
    ['rows', hosts(10).map((name) => deny(name, { host: hosts(450), path: `/${name}` }))],
    ['work', hosts(300).map((name): Policy => ({ ...deny(name, { url: `https://*/${name}/**`, method: 'POST' }), action: 'ask' }))],
  ])('%s', (_, policies) => {
    expect(tableOf([policies])).toEqual({ revision: 7, rules: [], otherwise: 'authorize' })
  })
  it('and not for a list of 300 hosts', () => {
    expect(act([[{ name: 'd', type: 'network', default: 'deny' }, { name: 'a', type: 'network', match: { host: hosts(300), method: ['GET', 'HEAD'] }, action: 'allow' }]], 'GET https://h299.org/')).toBe('allow')
  })
})
