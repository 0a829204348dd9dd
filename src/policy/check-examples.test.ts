import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readLineActions } from './shell/read-line-actions.ts'
import { loadPolicies } from '../spec/policy/load-policies.ts'
import type { Policy } from '../spec/policy/policy-schema.ts'
import { checkExamples } from './check-examples.ts'
import { tryPolicies } from './try-policies.ts'

it('finds the worked example to do what it says', () => {
  const loaded = loadPolicies('example', readFileSync('test/fixtures/policies/example-04.yaml'), 'server')
  expect(checkExamples('server', loaded.ok ? loaded.policies : [], readLineActions)).toEqual([])
  expect(loaded.ok && loaded.policies[0]?.examples?.match).toHaveLength(2)
})

it('names what does not', () => {
  const policy: Policy = { name: 'force', type: 'git', match: { verb: 'push', force: true }, action: 'deny', examples: { match: ['git push -f', 'git status'], no_match: ['git push origin +main', 'git status', 'echo git push -f'] } }
  expect(checkExamples('server', [policy], readLineActions)).toEqual([{ policy: 'force', line: 'git status', says: 'match' }, { policy: 'force', line: 'git push origin +main', says: 'no_match' }])
})

it('is no policy to load when it does not do what its examples say: the problem stands at the example', async () => {
  const text = 'policies:\n  - name: force\n    type: git\n    match: {verb: push, force: true}\n    action: deny\n    examples: {match: ["git push -f", "git status"]}\n'
  expect(await tryPolicies('server.yaml', text, 'server')).toMatchObject({ ok: false, problems: [{ line: 6, column: 39, message: 'force does not speak of its example "git status"' }] })
  expect(await tryPolicies('server.yaml', text.replace(', "git status"', ''), 'server')).toMatchObject({ ok: true })
})

it('counts a line that can not be read as meant, but for rules about commands that it does not fit', () => {
  const checked = (policy: Partial<Policy>) => checkExamples('server', [{ name: 'p', type: 'git', action: 'deny', ...policy }], readLineActions).map(({ line, says }) => `${says} ${line}`)
  expect(checked({ match: { verb: 'push' }, examples: { match: ['eval "$X"'] } })).toEqual([])
  expect(checked({ match: { verb: 'push' }, examples: { no_match: ['eval "$X"'] } })).toEqual(['no_match eval "$X"'])
  expect(checked({ type: 'exec', match: { argv: 'ls' }, examples: { no_match: ['git push', 'ls -l'], match: ['ls'] } })).toEqual([])
  expect(checked({ type: 'spawn', examples: { no_match: ['git push'] } })).toEqual([])
  expect(checked({})).toEqual([])
})
