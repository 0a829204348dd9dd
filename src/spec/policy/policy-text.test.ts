import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { loadPolicies } from './load-policies.ts'
import { mergePolicies, withoutPolicy, writePolicies } from './policy-text.ts'

const own = '# Ours.\n- name: a # first\n  type: git\n  action: ask\n\n# why b\n- {name: b, type: exec, action: deny}\n'
const names = (text: string) => {
  const loaded = loadPolicies('x', text, 'server')
  return loaded.ok ? loaded.policies.map(({ name, type }) => `${name} ${type}`) : loaded.problems
}

it('writes what it reads', () => {
  const loaded = loadPolicies('baseline.yaml', readFileSync('policies/baseline.yaml'), 'server')
  const policies = loaded.ok ? loaded.policies : []
  expect(policies.length).toBeGreaterThan(3)
  expect(loadPolicies('again.yaml', writePolicies(policies), 'server')).toEqual({ ok: true, policies })
  expect(writePolicies([])).toBe('')
})

it('adds a list, one policy, or a map of policies; the same name takes the other’s place; comments stay', () => {
  const merged = mergePolicies(own, 'policies:\n  - {name: b, type: git, action: deny}\n  - {name: c, type: spawn, action: deny}\n')
  expect(names(merged)).toEqual(['a git', 'b git', 'c spawn'])
  expect(merged).toContain('# Ours.')
  expect(merged).toContain('# first')
  expect(names(mergePolicies('', 'name: c\ntype: git\naction: deny\n'))).toEqual(['c git'])
})

it('takes one out by its name, and says when there is none', () => {
  expect(names(withoutPolicy(own, 'a') ?? '')).toEqual(['b exec'])
  expect(withoutPolicy('- {name: a, type: git, action: ask}', 'a')).toBe('')
  expect(withoutPolicy(own, 'z')).toBeUndefined()
})
