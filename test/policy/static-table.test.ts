import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compileTable } from '../../src/omnibox/gateway/static-table.ts'
import { compilePolicies } from '../../src/policy/compile-policies.ts'
import { decide } from '../../src/policy/decide.ts'
import { staticTable } from '../../src/policy/net/static-table.ts'
import type { Action } from '../../src/spec/actions.ts'
import type { NetRequest } from '../../src/spec/net/net-request.ts'
import { type Policy, policySchemas } from '../../src/spec/policy/policy-schema.ts'
import { countOf, seed } from '../support/lane.ts'
import { exec, install, push, treeLog, wire, wirePush } from './tree-log.ts'

const hostSets = { trusted: ['*.example.org', 'b.net'], odd: ['a*.org', '@trusted'] }

/** Patterns and values that lie to each other in every way. */
const hostPattern = fc.constantFrom('*', 'example.org', '*.example.org', 'a.example.org', '*.a.example.org', 'b.net', '{a,b}.net', 'a*.org', '127.*', '::1', '@trusted', '@odd', '@unheard', 'unknown', '?.net', 'Example.ORG')
const host = fc.constantFrom('example.org', 'a.example.org', 'x.a.example.org', 'y.example.org', 'b.net', 'a.net', 'c.net', 'abc.org', '127.0.0.1', '::1', 'unknown', 'notexample.org')
const pathPattern = fc.constantFrom('/**', '/a', '/a/*', '/a/**', '/a*', '/a/b', '/a/b/**', '/*/b', '**/b', '/a?', '*', '/', '/@acme/*', '/x.git/**')
const path = fc.constantFrom('/', '/a', '/a/', '/a/b', '/a/b/c', '/ab', '/c/b', '/@acme/app', '/left-pad', '/x.git/info/refs', '/x.git/git-receive-pack', '/x.git/git-upload-pack')
const authority = fc.constantFrom('example.org', '*.example.org', 'b.net', 'b.net:8443', '*', 'a.example.org:443', '[::1]', 'b.*')
const urlPattern = fc.oneof(fc.tuple(fc.constantFrom('https', 'http', '*', 'wss'), authority, pathPattern).map(([scheme, place, rest]) => `${scheme}://${place}${rest.startsWith('/') ? rest : `/${rest}`}`), fc.constantFrom('https://b.net', '*example*'))
const methodPattern = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'P*', 'BREW', 'get')
const method = fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'BREW', 'PROPFIND')
const port = fc.constantFrom(443, 80, 8_443)
const origin = fc.oneof({ weight: 6, arbitrary: fc.constant(['https', 443] as const) }, { weight: 2, arbitrary: fc.constant(['http', 80] as const) }, { weight: 1, arbitrary: fc.constantFrom(['https', 8_443] as const, ['http', 8_443] as const, ['https', 80] as const, ['http', 443] as const) })

const oneOrMore = <Value>(value: fc.Arbitrary<Value>) => fc.oneof(value, fc.uniqueArray(value, { minLength: 1, maxLength: 3 }))
const textTest = (pattern: fc.Arbitrary<string>) => fc.oneof({ weight: 6, arbitrary: oneOrMore(pattern) }, { weight: 1, arbitrary: oneOrMore(pattern).map((not) => ({ not })) }, { weight: 1, arbitrary: pattern.map((ne) => ({ ne })) }, { weight: 1, arbitrary: fc.constant({ matches: 'a' }) })
const field = fc.oneof(
  { weight: 6, arbitrary: textTest(hostPattern).map((test) => ({ host: test })) }, { weight: 4, arbitrary: textTest(pathPattern).map((test) => ({ path: test })) }, { weight: 5, arbitrary: textTest(urlPattern).map((test) => ({ url: test })) }, { weight: 5, arbitrary: textTest(methodPattern).map((test) => ({ method: test })) },
  { weight: 2, arbitrary: fc.boolean().map((writes) => ({ writes })) }, { weight: 2, arbitrary: oneOrMore(port).map((test) => ({ port: test })) }, { weight: 1, arbitrary: fc.constantFrom('http', 'https', 'h*').map((scheme) => ({ scheme })) },
  { weight: 1, arbitrary: fc.constantFrom<object>({ body_bytes: { ge: 5 } }, { depth: { ge: 1 } }, { depth: 0 }, { agent: 'coder' }, { harness: 'other' }, { outbound: true }, { outbound: false }, { observed: false }, { subject: 'net.*' }, { subject: 'exec' }, { port: { ge: 1_000 } }, { window: { tz: 'UTC', from: '00:00', to: '01:00' } }) },
)
const flat = fc.array(field, { maxLength: 2 }).map((fields): object => Object.assign({}, ...fields))
const condition: fc.Arbitrary<object> = fc.oneof(
  { weight: 6, arbitrary: flat }, { weight: 1, arbitrary: fc.tuple(flat, fc.array(flat, { minLength: 1, maxLength: 2 })).map(([own, any]) => ({ ...own, any })) },
  { weight: 1, arbitrary: fc.tuple(flat, flat).map(([own, not]) => ({ ...own, not })) }, { weight: 1, arbitrary: fc.tuple(flat, flat).map((all) => ({ all })) },
)
const optional = <Value>(key: string, value: fc.Arbitrary<Value>) => fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: value.map((each) => ({ [key]: each })) })
const restriction = fc.constantFrom('warn', 'ask', 'deny', 'deny')

const network = fc.tuple(fc.oneof({ weight: 2, arbitrary: fc.constant({ action: 'allow' }) }, { weight: 1, arbitrary: fc.constant({ action: 'ask', admit: true }) }, { weight: 3, arbitrary: restriction.map((action) => ({ action })) }), condition, optional('unless', flat), optional('refs', fc.constantFrom(['main'], ['refs/heads/agent/*'])), fc.nat(9))
  .map(([verdict, match, unless, refs, secret]) => ({ type: 'network', ...verdict, match, ...unless, ...refs, ...(secret === 0 && verdict.action !== 'deny' ? { use_secret: 'x' } : {}) }))
const anyPolicy = fc.oneof(
  { weight: 9, arbitrary: network },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom('deny', 'ask'), optional('match', flat)).map(([otherwise, match]) => ({ type: 'network', default: otherwise, ...match })) },
  { weight: 1, arbitrary: fc.tuple(restriction, condition).map(([action, match]) => ({ type: 'tool', action, match })) },
  { weight: 1, arbitrary: fc.tuple(condition, restriction, fc.constantFrom('exec', 'net.request', '*'), fc.nat(3)).map(([match, action, of, value]) => ({ type: 'rate', of, op: 'gt', value, per: 'session', action, ...(of === 'exec' ? {} : { match }) })) },
  { weight: 1, arbitrary: fc.constantFrom<object>(
    { type: 'loop', of: 'exec', op: 'ge', value: 2, within: '5 calls', action: 'ask' }, { type: 'loop', of: 'net.request', op: 'ge', value: 2, within: '5 calls', action: 'deny' }, { type: 'package', match: { verb: 'publish' }, action: 'ask' }, { type: 'git', match: { verb: 'push' }, action: 'ask' },
    { type: 'cost', op: 'ge', value: 5, action: 'deny', match: { model: 'x' } }, { type: 'secret', match: { in: ['git.push'], kinds: ['known'] }, action: 'deny' }, { type: 'exec', after: { 'net.request': { host: 'b.net' } }, action: 'ask' }, { type: 'network', after: { 'package.install': {} }, action: 'deny', match: { method: 'GET' } },
    { type: 'time', match: { subject: 'net.request', host: 'b.net', window: { tz: 'UTC', from: '00:00', to: '13:00' } }, action: 'deny' }, { type: 'network', action: 'allow', after: { exec: {} } },
  ) },
  { weight: 1, arbitrary: fc.constantFrom<object>({ type: 'git', match: { verb: 'push', force: true }, action: 'deny' }, { type: 'spawn', action: 'ask' }, { type: 'cost', op: 'ge', value: 5, action: 'deny' }, { type: 'secret', match: { in: ['net.request'], kinds: ['known'] }, action: 'deny' }) },
)

const request: fc.Arbitrary<NetRequest> = fc.record({ method, host, path, origin, bytes: fc.constantFrom(undefined, 0, 9), refs: fc.constantFrom(['refs/heads/main'], ['refs/heads/agent/a'], []), secret: fc.nat(9) })
  .map(({ method: name, host: place, path: rest, origin: [scheme, number], bytes, refs, secret }) => ({
    ...wire(name, 'https://x.org/'), scheme, host: place, port: number, path: rest, ...(bytes === undefined ? {} : { bodyBytes: bytes }), ...(secret === 0 ? { placeholders: ['y'] } : {}),
    ...(/\/(?:git-receive-pack|info\/refs)$/.test(rest) ? { gitPush: wirePush(refs, {}, 'x').gitPush } : {}),
  }))

type Step = readonly Action[] | number | NetRequest
const anyStep: fc.Arbitrary<Step> = fc.oneof(fc.constantFrom<readonly Action[]>([exec('ls')], [install('a')], [push()], [exec('git push'), push()]), fc.nat(9), request)

it('decides alone only what the policies decide so whatever has happened', () => {
  const schemas = policySchemas()
  const [sets, perSet] = [countOf(300, 3_000), 40]
  const seen = { pairs: 0, allow: 0, deny: 0 }
  fc.assert(fc.property(fc.array(fc.tuple(anyPolicy, fc.constantFrom('server', 'server', 'session')), { maxLength: 6 }), fc.array(anyStep, { maxLength: 8 }), fc.array(request, { minLength: perSet, maxLength: perSet }), (drawn, steps, requests) => {
    const policies = drawn.map(([policy, level], index) => ({ level, policy: { ...policy, name: `p${index}` } as Policy }))
    for (const { policy } of policies) expect(schemas(policy.type).safeParse(policy).success).toBe(true)
    const [server, session] = ['server', 'session'].map((level) => policies.filter((each) => each.level === level).map(({ policy }) => policy)) as [Policy[], Policy[]]
    const log = treeLog({ server, session })
    for (const step of steps) {
      if (Array.isArray(step)) log.call(step as readonly Action[])
      else if (typeof step === 'number') log.spend(step)
      else log.send(step as NetRequest)
    }
    const table = compileTable(staticTable(log.fold.inForce('root'), { revision: 1, hostSets, actor: { agent: 'coder', harness: 'scripted', depth: 0 } }))
    for (const sent of requests) {
      const isOpen = sent.port === (sent.scheme === 'https' ? 443 : 80) || table.opens(sent.host, sent.port)
      const row = table.decide(sent)
      // As the gateway does it: see judge-request.ts.
      const isAlone = isOpen && (row.action === 'deny' || (row.action === 'allow' && sent.gitPush === undefined && sent.placeholders === undefined))
      seen.pairs += 1
      if (!isAlone) continue
      seen[row.action] += 1
      const { asked, secrets } = log.fold.requested(sent, { now: log.now, planes: { wire: true, kernel: true, restore: true }, hostSets })
      const { lists, question } = log.fold.question(asked, { now: log.now, planes: { wire: true, kernel: true, restore: true }, hostSets })
      const answer = decide(lists, question)
      expect([row, answer.verdict, row.action === 'allow' ? secrets : []]).toEqual([row, row.action, []])
    }
  }), { numRuns: sets, seed })
  process.stdout.write(`static table: ${seen.pairs} pairs of policies and requests, of which it decided ${seen.allow + seen.deny} alone (${seen.allow} allowed, ${seen.deny} denied)\n`)
  expect(Math.min(seen.allow, seen.deny)).toBeGreaterThan(seen.pairs / 20)
})

it('is the same whatever the order of policies and lists', () => {
  fc.assert(fc.property(fc.array(anyPolicy, { maxLength: 5 }), fc.array(request, { maxLength: 10 }), (drawn, requests) => {
    const policies = drawn.map((policy, index) => ({ ...policy, name: `p${index}` }) as Policy)
    const tables = [policies, policies.toReversed()].map((list) => compileTable(staticTable([compilePolicies('server', list)], { revision: 1, hostSets })))
    for (const sent of requests) expect(tables[0]?.decide(sent).action).toBe(tables[1]?.decide(sent).action)
  }), { numRuns: countOf(100, 1_000), seed })
})
