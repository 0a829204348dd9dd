import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadPolicies } from '../../spec/policy/load-policies.ts'
import { compilePolicies } from '../compile-policies.ts'
import { planesHere } from '../coverage.ts'
import { lintPolicies } from './lint-policies.ts'

function lint(yaml: string, gate: 'every-call' | 'none' = 'every-call'): string[] {
  const loaded = loadPolicies('x.yaml', yaml, 'server')
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems.map(({ message }) => message)))
  return lintPolicies(compilePolicies('server', loaded.policies).rules, { gate, planes: planesHere }).map(({ rule, code, message }) => `${rule} ${code}: ${message}`)
}

describe('conditions that nothing can fit', () => {
  it.each([
    ['{name: a, type: git, match: {verb: push, all: [{ref: main}, {ref: dev}]}, action: deny}', 'nothing is ref: main and ref: dev'],
    ['{name: a, type: git, match: {verb: push, ref: {in: [main, dev], not: [main, dev]}}, action: deny}', 'nothing is ref: in main | dev not main | dev'],
    ['{name: a, type: git, match: {verb: push, all: [{ref: main}, {ref: "release/*"}]}, action: deny}', 'nothing is ref: main and ref: release/*'],
    ['{name: a, type: file, match: {bytes: {gt: 5, lt: 3}}, action: deny}', 'nothing is bytes: lt 3 gt 5'],
    ['{name: a, type: file, match: {bytes: {ge: 5, lt: 5}}, action: deny}', 'nothing is bytes: lt 5 ge 5'],
    ['{name: a, type: git, match: {all: [{force: true}, {force: false}]}, action: deny}', 'nothing is force: true and force: false'],
    ['{name: a, type: exec, match: {all: [{argv: npm test}, {argv: "git *"}]}, action: deny}', 'nothing is argv: npm test and argv: git *'],
    ['{name: a, type: git, match: {verb: commit, force: true}, action: deny}', 'git.push is never'],
    ['{name: a, type: tool, match: {server: x, host: y}, action: deny}', 'has no'],
    ['{name: a, type: git, match: {verb: push, force: true, any: [{force: false}, {all: [{ref: x}, {ref: z}]}]}, action: deny}', 'nothing is'],
    ['{name: a, type: git, match: {verb: push, ref: main, not: {ref: [main, dev]}}, action: deny}', 'excludes all of it'],
    ['{name: a, type: tool, match: {subject: "nothing.*"}, action: deny}', 'is never'],
    ['{name: a, type: cost, match: {server: x}, value: 5, action: deny}', 'model.call has no server'],
    ['{name: a, type: rate, of: git.commit, match: {force: true}, value: 5, per: 1m, action: deny}', 'git.commit has no force'],
    ['{name: a, type: loop, of: git.commit, match: {force: true}, value: 5, within: 12 calls, action: deny}', 'git.commit has no force'],
    ['{name: a, type: git, match: {all: [{verb: push}, {verb: commit}]}, action: deny}', 'verb: push and verb: commit is never'],
  ])('%s', (yaml, reason) => {
    const [warning, ...more] = lint(yaml)
    expect(more).toEqual([])
    if (reason === 'git.push is never') expect(warning).toMatch(/^a never: nothing can fit it: (git\.commit has no force|verb: commit is never git\.push)$/)
    else expect(warning).toMatch(new RegExp(`^a never: nothing can fit it: .*${reason.replaceAll(/[*|/.()]/g, String.raw`\$&`)}`))
  })

  it('says when an unless leaves nothing, and when what is waited for can not happen', () => {
    expect(lint('{name: a, type: network, match: {host: api.example.org, method: POST}, unless: {host: "*.example.org"}, action: deny}')).toEqual(['a never: nothing is left of it: its unless holds whenever its match does'])
    expect(lint('{name: a, type: git, match: {verb: push}, unless: {verb: push}, action: deny}')).toHaveLength(1)
    expect(lint('{name: a, type: git, match: {verb: push}, after: {package.install: {all: [{manager: npm}, {manager: pip}]}}, action: ask}')).toEqual(['a never: what it waits for can never happen: nothing is manager: npm and manager: pip'])
  })

  it('waits for one of several, and requires all', () => {
    const [can, cannot] = ['{git.push: {ref: main}}', '{git.push: {all: [{ref: main}, {ref: dev}]}}']
    expect(lint(`{name: a, type: exec, after: [${can}, ${cannot}], action: ask}`)).toEqual([])
    expect(lint(`{name: a, type: exec, after: [${cannot}, ${cannot}], action: ask}`)).toEqual(['a never: what it waits for can never happen: nothing is ref: main and ref: dev'])
    expect(lint(`{name: a, type: require, match: {subject: exec}, after: [${can}, ${cannot}], action: ask}`)).toEqual(['a never: what it waits for can never happen: nothing is ref: main and ref: dev'])
    // Of a family one kind is enough.
    expect(lint('{name: a, type: exec, after: {git: {force: true}}, action: ask}')).toEqual([])
  })

  it.each([
    '{name: a, type: secret, match: {in: [net.request], kinds: [known]}, action: deny}',
    '{name: a, type: git, unless: {verb: push}, action: deny}',
    '{name: a, type: package, match: {names: left-pad}, unless: {names: left-pad}, action: deny}',
    '{name: a, type: package, match: {names: left-pad, not: {names: "left*"}}, action: deny}',
    '{name: a, type: package, match: {not: {names: left-pad}}, unless: {not: {names: left-pad}}, action: deny}',
    '{name: a, type: package, match: {names: left-pad}, unless: {any: [{names: left-pad}, {manager: npm}]}, action: deny}',
    '{name: a, type: exec, match: {argv: " npm test "}, action: deny}',
    '{name: a, type: file, match: {all: [{path: ~ann}, {path: "*"}]}, action: deny}',
    '{name: a, type: package, match: {all: [{names: left}, {names: right}]}, action: deny}',
    '{name: a, type: model, match: {all: [{model: sonnet}, {model: acme-sonnet}]}, action: deny}',
    '{name: a, type: file, match: {all: [{path: notes.md}, {path: "~/**"}]}, action: deny}',
    '{name: a, type: file, match: {all: [{path: notes.md}, {path: "/home/**"}]}, action: deny}',
    '{name: a, type: exec, match: {all: [{argv: npm test}, {argv: /usr/bin/npm test}]}, action: deny}',
    '{name: a, type: network, match: {all: [{host: a.example.org}, {host: "@trusted"}]}, action: deny}',
    '{name: a, type: file, match: {bytes: {ge: 5, le: 5}}, action: deny}',
    '{name: a, type: network, match: {host: "*.example.org"}, unless: {host: api.example.org}, action: deny}',
    '{name: a, type: file, match: {path: "src/**"}, unless: {path: "src/*"}, action: ask}',
    '{name: a, type: git, match: {verb: push}, unless: {ref: main}, action: ask}',
    '{name: a, type: time, match: {subject: exec, window: {from: "09:00", to: "10:00"}}, unless: {window: {from: "09:00", to: "09:30"}}, action: deny}',
  ])('says nothing of %s', (yaml) => {
    expect(lint(yaml)).toEqual([])
  })
})

describe('rules that others make idle', () => {
  const wide = '- {name: wide, type: git, match: {verb: push}, action: deny}\n'
  it('names the stricter rule that covers one', () => {
    expect(lint(`${wide}- {name: narrow, type: git, match: {verb: push, ref: main}, action: ask}`)).toEqual(['narrow shadowed: it changes nothing: wide denies all that it speaks of'])
    expect(lint('- {name: d, type: tool, match: {outbound: true}, action: ask}\n- {name: w, type: network, match: {outbound: true, method: POST}, action: warn}')).toEqual(['w shadowed: it changes nothing: d asks about all that it speaks of'])
    expect(lint('- {name: d, type: exec, match: {argv: "rm *"}, action: deny}\n- {name: x, type: exec, default: ask}\n- {name: p, type: exec, match: {argv: rm -rf *}, action: allow}')).toEqual(['p shadowed: it changes nothing: d denies all that it speaks of'])
    expect(lint('- {name: d, type: git, match: {verb: push}, unless: {ref: main}, action: deny}\n- {name: a, type: git, match: {verb: push}, unless: {ref: [main, dev]}, action: ask}')).toEqual(['a shadowed: it changes nothing: d denies all that it speaks of'])
    // No commit fits it, though it names what commits have.
    expect(lint(`${wide}- {name: a, type: git, match: {any: [{force: true}, {all: [{message: x}, {message: z}]}]}, action: ask}`)).toHaveLength(1)
    expect(lint('- {name: d, type: file, match: {path: "src/**"}, action: deny}\n- {name: w, type: file, match: {path: ["src/a/**", "src/{b,c}.ts"]}, action: ask}')).toHaveLength(1)
  })
  it('says nothing where the stricter one is narrower, has an exception, or needs something to have happened', () => {
    expect(lint('- {name: d, type: git, match: {verb: push, force: true}, action: deny}\n- {name: a, type: git, match: {verb: push}, action: ask}')).toEqual([])
    expect(lint('- {name: d, type: git, match: {verb: push}, unless: {ref: main}, action: deny}\n- {name: a, type: git, match: {verb: push, ref: main}, action: ask}')).toEqual([])
    expect(lint('- {name: d, type: git, match: {verb: push}, after: {package.install: {}}, action: deny}\n- {name: a, type: git, match: {verb: push}, action: ask}')).toEqual([])
    expect(lint('- {name: d, type: tool, match: {server: x}, action: deny}\n- {name: c, type: rate, of: mcp.call, match: {server: x}, value: 3, per: 1m, action: ask}')).toEqual([])
  })
  it('says nothing where the stricter one speaks of some of it only, or a cost, a rate or a loop holds back more than it counts', () => {
    expect(lint(`${wide}- {name: a, type: git, action: ask}`)).toEqual([])
    expect(lint('- {name: d, type: tool, match: {model: m}, action: deny}\n- {name: c, type: cost, match: {model: m}, value: 5, action: ask}')).toEqual([])
    expect(lint('- {name: d, type: tool, match: {server: x}, action: deny}\n- {name: c, type: loop, of: mcp.call, match: {server: x}, value: 3, within: 9 calls, action: ask}')).toEqual([])
  })
  it('leaves a permission its meaning where what covers it only asks, and says nothing of a default', () => {
    expect(lint('- {name: q, type: exec, action: ask}\n- {name: x, type: exec, default: deny}\n- {name: p, type: exec, match: {argv: ls}, action: allow}')).toEqual([])
    expect(lint('- {name: d, type: exec, action: deny}\n- {name: x, type: exec, default: ask}')).toEqual([])
  })
  it('finds the same rule twice, whatever its name and words', () => {
    expect(lint(`${wide}- {name: again, type: git, match: {verb: push}, action: deny, message: "No."}`)).toEqual(['again duplicate: it says the same as wide'])
  })
  it('finds a permission that lifts nothing', () => {
    expect(lint('{name: p, type: exec, match: {argv: ls}, action: allow}')).toEqual([expect.stringContaining('p no-default: it does nothing')])
    expect(lint('- {name: d, type: git, default: deny}\n- {name: p, type: exec, match: {argv: ls}, action: allow}')).toEqual([expect.stringContaining('p no-default')])
    expect(lint('- {name: d, type: tool, default: deny}\n- {name: p, type: exec, match: {argv: ls}, action: allow}')).toEqual([])
  })
  it('finds what must be enforced and can not be', () => {
    expect(lint('{name: f, type: file, action: deny, enforce: required}')).toEqual([expect.stringContaining('f unenforceable: no session starts with it')])
    expect(lint('{name: e, type: exec, action: deny, enforce: required}')).toEqual([])
    expect(lint('{name: e, type: exec, action: deny, enforce: required}', 'none')).toEqual([expect.stringContaining('e unenforceable')])
  })
})

it('has nothing to say about the shipped policies', () => {
  expect(lint(readFileSync('policies/baseline.yaml', 'utf8'))).toEqual([])
})
