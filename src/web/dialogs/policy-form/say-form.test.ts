import { expect, it } from 'vitest'
import { policyTypes } from '../../../spec/policy/subjects.ts'
import { loadPolicies } from '../../../spec/policy/load-policies.ts'
import type { Answers, FormState } from './form-field.ts'
import { writeYaml } from './policy-yaml.ts'
import { readPolicy } from './read-policy.ts'
import { sayForm } from './say-form.ts'
import { startingPoints } from './starting-points.ts'
import { typeTable } from './type-table.ts'
import { writePolicy } from './write-policy.ts'

it.each<[FormState['type'], Answers, string]>([
  ['git', { after: 'package.install', 'after/package.install/manager': 'npm\npnpm', 'after/cleared_by': 'yes' }, 'Asks before a git push, but only after installing a package (package managers: npm or pnpm), until a person has allowed it once.'],
  ['git', { 'match/force': 'yes', action: 'deny' }, 'Refuses a git push (forced: yes).'],
  ['cost', { every: '5' }, 'Asks each time another $5 is spent.'],
  ['cost', { mode: 'value', value: '20', action: 'deny' }, 'Refuses everything once $20 is spent.'],
  ['file', { 'unless/created_by_agent': 'yes', 'unless/path': 'docs/**' }, 'Asks before changing or deleting a file, except what the agent made itself or docs/**.'],
  ['rate', { of: 'exec', per: '1m' }, 'Asks after 30 times running a command in 1 minute.'],
  ['loop', {}, 'Asks when the same comes 5 times among the last 10 calls: running a command.'],
  ['time', { 'match/subject': 'exec', 'match/argv': 'terraform apply *', action: 'deny' }, 'Refuses running a command (commands: terraform apply *) outside 09:00 to 17:00, Mon, Tue, Wed, Thu and Fri.'],
  ['require', { 'after/exec/argv': 'npm test *', 'after/since': 'file.write' }, 'Refuses a git commit unless it comes after running a command (commands: npm test *; it succeeded), and again after changing a file.'],
])('says what a policy of type %s does', (type, answers, sentence) => {
  expect(sayForm({ type, answers: { ...typeTable[type].preset, ...answers } })).toBe(sentence)
})

it('says something of every type from the beginning', () => {
  for (const type of policyTypes) expect(sayForm({ type, answers: typeTable[type].preset })).toMatch(/^(Asks|Refuses|Warns) .+\.$/)
})

it.each(startingPoints)('begins with a policy that can be added as it is: $title', ({ form }) => {
  const policy = writePolicy(form)
  expect(loadPolicies('policies', writeYaml(policy), 'session')).toMatchObject({ ok: true })
  expect(readPolicy(policy)).toBeDefined()
})
