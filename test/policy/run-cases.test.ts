import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readLineActions } from '../../src/policy/shell/read-line-actions.ts'
import { compilePolicies } from '../../src/policy/compile-policies.ts'
import { runCases } from '../../src/policy/run-cases.ts'
import { loadPolicies } from '../../src/spec/policy/load-policies.ts'
import { loadPolicyCases } from '../../src/spec/policy/policy-cases.ts'
import type { Level } from '../../src/spec/policy/words.ts'

const example = (number: string) => readFileSync(`test/fixtures/policies/example-${number}.yaml`, 'utf8')
function run(policies: string, cases: string, level: Level = 'server') {
  const [list, loaded] = [loadPolicies('p.yaml', policies, level), loadPolicyCases('c.yaml', `cases:\n${cases}`)]
  if (!list.ok) throw new Error(JSON.stringify(list.problems))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return runCases(loaded.cases, compilePolicies(level, list.policies), readLineActions)
}
const failing = (...given: Parameters<typeof run>) => run(...given).filter(({ ok }) => !ok).map(({ name, verdict, fired }) => `${name}: ${verdict} ${fired.join(',')}`)

describe('cases of the worked examples', () => {
  it.each([
    ['what ran before, and what a person allowed', example('04'), `
- {name: nothing before, when: {actions: {git.push: {ref: main}}}, expect: {verdict: allow, rules: []}}
- {name: after an install, given: [{did: {package.install: {manager: npm}}}], when: {actions: {git.push: {}}}, expect: {verdict: ask, rules: [push-after-install]}}
- {name: once allowed, given: [{did: {package.install: {manager: npm}}}, {asked: {git.push: {}}, answered: allow}], when: {actions: {git.push: {}}}, expect: {verdict: allow}}
- {name: once refused, given: [{did: {package.install: {manager: npm}}}, {asked: {git.push: {}}, answered: deny}], when: {actions: {git.push: {}}}, expect: {verdict: ask, rules: [server/push-after-install]}}
- {name: in one call, when: {actions: [{package.install: {manager: npm}}, {git.push: {}}]}, expect: {verdict: ask}}`],
    ['what was spent', example('02'), `
- {name: not yet, given: [{spent: 99.99}], when: {command: ls}, expect: {verdict: allow}}
- {name: reached, given: [{spent: 60}, {spent: 40}], when: {command: ls}, expect: {verdict: ask, rules: [pause-every-100]}}
- {name: allowed, given: [{spent: 100}, {asked: ls, answered: allow}], when: {command: ls}, expect: {verdict: allow}}`],
    ['exit codes and changed files', example('16'), `
- {name: no tests, when: {actions: {git.commit: {}}}, expect: {verdict: deny, rules: [tests-before-commit]}}
- {name: tests ran, given: [{ran: npm test}], when: {actions: {git.commit: {}}}, expect: {verdict: allow}}
- {name: tests failed, given: [{ran: npm test, exit: 1}], when: {actions: {git.commit: {}}}, expect: {verdict: deny}}
- {name: changed since, given: [{ran: npm test}, {changed: src/a.ts}], when: {actions: {git.commit: {}}}, expect: {verdict: deny}}
- {name: others changed since, given: [{ran: npm test}, {changed: [README.md]}], when: {actions: {git.commit: {}}}, expect: {verdict: allow}}`],
    ['time, turns and the clock', '- {name: burst, type: rate, of: exec, op: gt, value: 1, per: 1m, action: ask}\n- {name: fan, type: rate, of: spawn, op: gt, value: 1, per: turn, action: deny}\n- {name: night, type: time, match: {subject: exec, window: {from: "22:00", to: "23:00"}}, action: deny}\n', `
- {name: at once, given: [{ran: ls}], when: {command: ls}, expect: {verdict: ask, rules: [burst]}}
- {name: a minute later, given: [{ran: ls}, {waits: 61s}], when: {command: ls}, expect: {verdict: allow}}
- {name: same turn, given: [{did: {spawn: {agent: a}}}], when: {actions: {spawn: {agent: a}}}, expect: {verdict: deny}}
- {name: next turn, given: [{did: {spawn: {agent: a}}}, {ends: turn}], when: {actions: {spawn: {agent: a}}}, expect: {verdict: allow}}
- {name: at night, given: [{at: "2026-11-25T22:30:00Z"}], when: {command: ls}, expect: {verdict: deny, rules: [night]}}`],
    ['sub-agents and files of the agent’s own', '- {name: child, type: cost, scope: session, match: {depth: {ge: 1}}, value: 5, action: deny}\n- {name: own, type: file, match: {verb: write}, unless: {created_by_agent: true}, action: ask}\n', `
- {name: a child spent it, given: [{spent: 5, session: helper}], when: {command: ls, session: helper}, expect: {verdict: deny, rules: [child]}}
- {name: the root spent it, given: [{spent: 5}], when: {command: ls}, expect: {verdict: allow}}
- {name: its own file, given: [{did: {file.write: {path: a.md, creates: true}}}], when: {actions: {file.write: {path: a.md}}}, expect: {verdict: allow}}
- {name: another, when: {actions: {file.write: {path: a.md}}}, expect: {verdict: ask, rules: [own]}}`],
  ])('%s', (_, policies, cases) => {
    expect(failing(policies, cases)).toEqual([])
  })
})

it('holds a list at each level', () => {
  for (const level of ['server', 'agent', 'session'] as const) {
    expect(failing('{name: p, type: git, match: {verb: push}, after: {package.install: {}}, action: deny}', `- {name: x, given: [{did: {package.install: {manager: npm}}}], when: {actions: {git.push: {}}}, expect: {verdict: deny, rules: [${level}/p]}}`, level)).toEqual([])
  }
})

it('fails on another verdict, on a rule that did not fire and on one that is not named, and says why', () => {
  const policies = '- {name: p, type: git, match: {verb: push}, after: {package.install: {}}, action: ask}\n- {name: q, type: git, match: {verb: push, force: true}, action: deny}\n'
  const given = 'given: [{did: {package.install: {manager: npm, names: [left-pad]}}}]'
  const results = run(policies, `
- {name: verdict, ${given}, when: {actions: {git.push: {}}}, expect: {verdict: deny}}
- {name: missing, ${given}, when: {actions: {git.push: {force: false}}}, expect: {verdict: ask, rules: [p, q]}}
- {name: unnamed, ${given}, when: {actions: {git.push: {force: true}}}, expect: {verdict: deny, rules: [q]}}`)
  expect(results.map(({ ok, verdict, fired }) => [ok, verdict, fired])).toEqual([[false, 'ask', ['server/p']], [false, 'ask', ['server/p']], [false, 'deny', ['server/q', 'server/p']]])
  const [, missing] = results
  expect(missing?.rules.find(({ rule }) => rule === 'server/q')?.parts).toContainEqual({ depth: 0, text: 'force: true (it is false)', truth: false })
  expect(missing?.rules.find(({ rule }) => rule === 'server/p')?.because).toMatchObject([{ what: 'ran: package.install' }])
})

it('says every problem of a file of cases, with its place', () => {
  const problems = (text: string) => {
    const loaded = loadPolicyCases('c.yaml', text)
    return loaded.ok ? [] : loaded.problems.map(({ line, message }) => `${line} ${message}`)
  }
  const one = (step: string) => problems(`cases:\n  - name: a\n    given:\n      - ${step}\n    when: {command: ls}\n    expect: {verdict: allow}\n`)
  expect(problems('cases: []')).toHaveLength(1)
  expect(problems('cases:\n  - {name: a, when: {}, expect: {verdict: no}}\n')).toEqual([expect.stringMatching(/^2 /), expect.stringMatching(/^2 /)])
  expect(one('{waits: soon}')).toEqual([expect.stringContaining('4 ')])
  expect(one('{did: {git.psh: {}}}').length).toBeGreaterThan(0)
  expect(one('{did: {git.push: {reff: main}}}').length).toBeGreaterThan(0)
  expect(one('{did: {file.write: {}}}').length).toBeGreaterThan(0)
  expect(one('{ran: ls, waits: 1s}')).toEqual([expect.stringContaining('must say one thing')])
  expect(one('{asked: ls}')).toEqual([expect.stringContaining('stand together')])
  expect(one('{did: {git.push: {ref: main}}}')).toEqual([])
})
