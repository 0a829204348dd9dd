import { describe, expect, it } from 'vitest'
import { factsOf } from '../../test/policy/facts-of.ts'
import { exec, install, opaque, push, read, remove, request, write } from '../../test/policy/tree-log.ts'
import type { Action } from '../spec/actions.ts'
import { compilePolicies } from './compile-policies.ts'
import { grantFor, makeGrant, patternOf } from './grants.ts'

const [rule, other] = compilePolicies('server', [{ name: 'a', type: 'tool', match: { outbound: true }, action: 'ask' }, { name: 'b', type: 'tool', match: { outbound: true }, action: 'ask' }]).rules
if (rule === undefined || other === undefined) throw new Error('two policies are two rules')
const grantOf = (action: Action) => makeGrant({ id: 'g', ruleId: rule.id, rule: rule.hash, kind: action.kind, pattern: patternOf(action), scope: 'session' })
const answers = (granted: Action, asked: Action) => grantFor([grantOf(granted)], rule, factsOf(asked)) !== undefined

describe('what is remembered of an action', () => {
  it.each<[Action, unknown]>([
    [exec('npm test'), { argv: 'npm test' }], [exec('rm *'), { argv: 'rm ?' }], [{ kind: 'exec', command: 'npm $X*', outbound: 'unknown' }, { command: 'npm $X?' }],
    [push({ ref: 'a{b,c}' }), { repo: 'example.org/acme/app', ref: 'a?b,c?', force: false, delete: false }], [{ kind: 'git.push', outbound: true }, { force: false, delete: false }], [push({ force: true, delete: true }), { repo: 'example.org/acme/app', ref: 'main', force: true, delete: true }],
    [{ kind: 'git.commit', message: 'x', outbound: false }, {}], [install('a', 'b*'), { manager: 'npm', names: ['a', 'b?'] }], [install(), { manager: 'npm' }], [{ kind: 'package.publish', manager: 'npm', name: 'a', outbound: true }, { manager: 'npm', name: 'a' }], [{ kind: 'package.publish', manager: 'npm', outbound: true }, { manager: 'npm' }],
    [read('a'), { path: 'a' }], [write('a'), { path: 'a' }], [remove('a'), { path: 'a' }], [request('POST', 'https://x.org/a'), { host: 'x.org', method: 'POST' }], [{ kind: 'mcp.call', server: 's', tool: 't', outbound: 'unknown' }, { server: 's', tool: 't' }],
    [{ kind: 'model.call', model: 'm', outbound: true }, { model: 'm' }], [{ kind: 'spawn', agent: 'a', outbound: false }, { agent: 'a' }], [{ kind: 'message.out', to: 'x', outbound: true }, { to: 'x' }], [{ kind: 'message.out', outbound: true }, {}],
    [{ kind: 'policy.change', level: 'session', outbound: false }, { level: 'session' }], [{ kind: 'secret.use', name: 'n', host: 'h', outbound: true }, { name: 'n', host: 'h' }], [{ kind: 'other', tool: 't', outbound: 'unknown' }, { tool: 't' }],
  ])('%j: %j', (action, pattern) => {
    expect(patternOf(action)).toEqual(pattern)
  })
})

describe('a grant', () => {
  it('answers for the same action again, and for no other', () => {
    expect([answers(exec('npm test'), exec('npm test')), answers(push(), push())]).toEqual([true, true])
    expect([answers(exec('npm test'), exec('npm test x')), answers(push(), push({ force: true })), answers(push(), push({ ref: 'dev' })), answers(read('a'), write('a'))]).toEqual([false, false, false, false])
  })
  it('for several packages answers for each of them, and not for one more', () => {
    expect([answers(install('a', 'b'), install('b')), answers(install('a', 'b'), install('b', 'a')), answers(install('a', 'b'), install('a', 'c'))]).toEqual([true, true, false])
  })
  it('answers its own rule only, and never what may be something else', () => {
    const grants = [grantOf(push())]
    expect(grantFor(grants, other, factsOf(push()))).toBeUndefined()
    expect(grantFor([grantOf(opaque('$X'))], rule, factsOf(opaque('$X')))?.id).toBe('g')
    expect(grantFor([grantOf({ kind: 'git.commit', outbound: false })], rule, factsOf(opaque('$X'), { possibly: 'git.commit' }))).toBeUndefined()
  })
  it('does not answer where its pattern is not known to fit', () => {
    const { force: _force, ...unsure } = push() as Extract<Action, { kind: 'git.push' }>
    expect(answers(push(), unsure)).toBe(false)
  })
})
