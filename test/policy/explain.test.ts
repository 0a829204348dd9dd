import { expect, it } from 'vitest'
import { explainDecision } from '../../src/policy/explain.ts'
import { loadPolicies } from '../../src/spec/policy/load-policies.ts'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import type { Action } from '../../src/spec/actions.ts'
import { exec, install, noPlanes, opaque, push, read, treeLog } from './tree-log.ts'

const explain = (server: readonly Policy[], actions: readonly Action[], { all = false, before = [] as readonly (readonly Action[])[] } = {}) => {
  const log = treeLog({ server })
  for (const each of before) log.call(each)
  const { lists, question } = log.fold.question({ session: 'root', tool: 'tool', actions, turn: 't1' }, { now: log.now, planes: noPlanes })
  return { log, ...explainDecision(lists, question, all) }
}
const rulesOf = ({ levels }: ReturnType<typeof explain>) => levels.find(({ level }) => level === 'server')?.rules ?? []

it('shows each part of a condition with its truth, and what the fact was', () => {
  const loaded = loadPolicies('x', '{name: out, type: git, match: {verb: push, any: [{force: true}, {ref: main}], not: {repo: other/*}}, unless: {tag: true}, action: ask}', 'server')
  expect(rulesOf(explain(loaded.ok ? loaded.policies : [], [push()]))).toEqual([expect.objectContaining({
    rule: 'server/out', verdict: 'ask', truth: true, about: 'git.push ref main repo example.org/acme/app',
    parts: [
      { depth: 0, text: 'verb: push (it is push)', truth: true },
      { depth: 0, text: 'any of', truth: true },
      { depth: 1, text: 'force: true (it is false)', truth: false },
      { depth: 1, text: 'ref: main (it is main)', truth: true },
      { depth: 0, text: 'not', truth: true },
      { depth: 1, text: 'repo: other/* (it is example.org/acme/app)', truth: false },
      { depth: 0, text: 'unless', truth: false },
      { depth: 1, text: 'tag: true (it is false)', truth: false },
    ],
  })])
})

it('names of a long list what fitted', () => {
  const [rule] = rulesOf(explain([{ name: 'r', type: 'file', match: { path: ['a', 'b', 'c', '**/.env'] }, action: 'deny' }], [read('x/.env')]))
  expect(rule?.parts).toEqual([{ depth: 0, text: 'path: **/.env, one of 4 (it is x/.env)', truth: true }])
})

it('says which reading of a line that can not be read it means, and that nobody can tell', () => {
  const [rule] = rulesOf(explain([{ name: 'r', type: 'git', match: { verb: 'push', ref: 'main' }, action: 'deny' }], [opaque('$X')]))
  expect(rule).toMatchObject({ verdict: 'ask', truth: 'unknown', about: 'exec $X, which may be a git.push', parts: [{ truth: true }, { text: 'ref: main (nobody can tell)', truth: 'unknown' }] })
})

it('names the events of the log that made it so', () => {
  const { log, ...explained } = explain([{ name: 'r', type: 'git', match: { verb: 'push' }, after: { 'package.install': {} }, action: 'ask' }], [push()], { before: [[install('a')]] })
  const [rule] = rulesOf({ log, ...explained })
  expect(rule?.because.map((seq) => log.events[seq - 1]?.type)).toEqual(['tool.released'])
  expect(rule?.parts.at(-1)).toEqual({ depth: 0, text: 'what was', truth: true })
})

it('leaves out what had no part in it unless all is asked for; permissions that lift a default are a part', () => {
  const policies: Policy[] = [
    { name: 'd', type: 'exec', default: 'deny' }, { name: 'ls', type: 'exec', match: { argv: 'ls' }, action: 'allow' }, { name: 'other', type: 'exec', match: { argv: 'rm *' }, action: 'deny' }, { name: 'git', type: 'git', action: 'deny' },
  ]
  expect(explain(policies, [exec('ls')]).answer.verdict).toBe('allow')
  expect(rulesOf(explain(policies, [exec('ls')])).map(({ rule }) => rule)).toEqual(['server/ls'])
  expect(rulesOf(explain(policies, [exec('cat x')])).map(({ rule, verdict }) => [rule, verdict])).toEqual([['server/d', 'deny']])
  const all = rulesOf(explain(policies, [exec('ls')], { all: true }))
  expect(all.map(({ rule, truth }) => [rule, truth])).toEqual([['server/d', true], ['server/ls', true], ['server/other', false], ['server/git', undefined]])
})

it('takes of several actions the one that came nearest', () => {
  const rule: Policy = { name: 'r', type: 'git', match: { verb: 'push', force: true }, action: 'deny' }
  const { force: _force, ...unsure } = push() as Extract<Action, { kind: 'git.push' }>
  const about = (...actions: readonly Action[]) => rulesOf(explain([rule], actions, { all: true })).map(({ truth, about: text }) => [truth, text])
  const named = (more = '') => `git.push ref main repo example.org/acme/app${more}`
  expect(about(push(), unsure, push({ ref: 'dev', force: true }))).toEqual([[true, expect.stringContaining('ref dev')]])
  expect(about(push({ ref: 'dev' }), unsure)).toEqual([['unknown', named()]])
  expect(about(push({ ref: 'dev' }), push())).toEqual([[false, expect.stringContaining('ref dev')]])
  expect(rulesOf(explain([rule], [exec('ls')], { all: true }))).toEqual([{ rule: 'server/r', does: expect.any(String), parts: [], because: [] }])
})

it('tells what was measured, and what must have been and is missing; the past is not looked at where the rest does not hold', () => {
  const parts = (policy: Policy, actions: readonly Action[], before: readonly (readonly Action[])[] = []) => rulesOf(explain([policy], actions, { all: true, before })).flatMap((rule) => rule.parts.map(({ text, truth }) => `${text}: ${truth}`))
  expect(parts({ name: 'r', type: 'rate', of: 'exec', value: 1, per: '1m', action: 'ask' }, [exec('b')], [[exec('a')]])).toEqual(['what was (count: 2, limit: more than 1): true'])
  const tests: Policy = { name: 't', type: 'require', match: { subject: 'git.commit' }, after: { exec: { argv: 'npm test' } }, action: 'deny' }
  expect(parts(tests, [{ kind: 'git.commit', outbound: false }])).toEqual(['subject: git.commit (it is git.commit): true', 'what must have been is missing: true'])
  const after: Policy = { name: 'a', type: 'git', match: { ref: 'dev' }, after: { exec: {} }, action: 'ask' }
  expect([parts(after, [push()]), parts(after, [push({ ref: 'dev' })])]).toEqual([['ref: dev (it is main): false'], ['ref: dev (it is dev): true', 'what was: false']])
})

it('counts an exception whole: all of its parts have to hold', () => {
  const policy: Policy = { name: 'r', type: 'git', unless: { ref: 'main', any: [{ force: true }, { tag: false }] } as never, action: 'ask' }
  expect(rulesOf(explain([policy], [push()], { all: true }))[0]?.parts[0]).toEqual({ depth: 0, text: 'unless', truth: true })
  expect(rulesOf(explain([policy], [push({ tag: true })], { all: true }))[0]?.parts[0]).toEqual({ depth: 0, text: 'unless', truth: false })
})

it('gives each level its own verdict, the message and the grant that answered', () => {
  const ask: Policy = { name: 'push', type: 'git', match: { verb: 'push' }, action: 'ask', message: 'Really?' }
  const log = treeLog({ server: [ask, { ...ask, name: 'warn', action: 'warn' }], session: [{ ...ask, name: 'own' }] })
  const hash = log.ask([push()]).rules.find(({ rule }) => rule === 'server/push')?.hash ?? ''
  log.emit('grant.made', { grant: 'g', rule: 'server/push', hash, kind: 'git.push', pattern: {}, remember: 'session' } as never)
  const { lists, question } = log.fold.question({ session: 'root', tool: 'tool', actions: [push()] }, { now: log.now, planes: noPlanes })
  const { answer, levels } = explainDecision(lists, question)
  expect([answer.verdict, levels.map(({ level, verdict, rules }) => [level, verdict, rules.length])]).toEqual(['ask', [['session', 'ask', 1], ['agent', 'allow', 0], ['server', 'warn', 2]]])
  expect(levels[2]?.rules[0]).toMatchObject({ rule: 'server/push', verdict: 'allow', grant: 'g', message: 'Really?' })
  expect(levels[2]?.rules[1]).not.toHaveProperty('grant')
})

it('counts a question that admits among what had a part', () => {
  const policies: Policy[] = [{ name: 'd', type: 'exec', default: 'deny' }, { name: 'rm', type: 'exec', match: { argv: 'rm' }, action: 'ask', admit: true }, { name: 'ls', type: 'exec', match: { argv: 'ls' }, action: 'allow' }]
  expect(rulesOf(explain(policies, [exec('rm')])).map(({ rule }) => rule)).toEqual(['server/rm'])
  expect(rulesOf(explain([{ name: 'w', type: 'rate', of: 'exec', value: 0, per: 'tree', action: 'warn' }, { name: 'other', type: 'exec', action: 'ask', unless: { argv: 'rm' } }], [exec('rm')])).map(({ rule }) => rule)).toEqual(['server/w'])
})
