import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { policyReference } from './policy-reference.ts'

it('is what docs/policies.md says', () => {
  const file = 'docs/policies.md'
  const text = readFileSync(file, 'utf8')
  const [before = '', rest = ''] = text.split('policy-reference.test.ts -->\n')
  const [, after = ''] = rest.split('<!-- end -->')
  const wanted = `${before}policy-reference.test.ts -->\n${policyReference()}\n<!-- end -->${after}`
  if (process.env['OMNI_WRITE_DOCS'] === '1') writeFileSync(file, wanted)
  expect(text).toBe(wanted)
})
