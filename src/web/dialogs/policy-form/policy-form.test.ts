import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadPolicies } from '../../../spec/policy/load-policies.ts'
import { actionKinds, commonFields, policyTypes, subjectFields } from '../../../spec/policy/subjects.ts'
import type { Control } from './controls.ts'
import { fieldsOfForm } from './fields-of-form.ts'
import type { FormState } from './form-field.ts'
import { onePolicyOf, pathAt, writeYaml } from './policy-yaml.ts'
import { readPolicy } from './read-policy.ts'
import { typeTable } from './type-table.ts'
import { hasWords } from './words.ts'
import { missingIn, writePolicy } from './write-policy.ts'

const problemsOf = (text: string) => {
  const loaded = loadPolicies('policies', text, 'session')
  return loaded.ok ? [] : loaded.problems.map(({ line, message }) => `line ${line}: ${message}`)
}
const written = (form: FormState) => writeYaml(writePolicy(form))
/** Texts that a person may type, kind ones and odd ones. */
const words = fc.oneof(fc.constantFrom('main', 'src/**', '*.example.org', 'npm test *', '12', 'true', 'null', '- a: b', '# no', '"', '@acme/*', '{{x}', 'ein Ü'), fc.stringMatching(/^[!-~][ -~]{0,20}[!-~]$/))

/** Something that a person may answer; now and then nothing. */
function answerTo(control: Control, name: string): fc.Arbitrary<string> {
  const oneOf = (values: readonly string[]) => fc.constantFrom('', ...values)
  switch (control.kind) {
    case 'text': return name === 'tz' ? oneOf(['Europe/Berlin']) : name === 'from' || name === 'to' ? oneOf(['09:00', '17:30']) : name === 'name' ? oneOf(['mine', 'a.b-c_1']) : words
    case 'long-text': return fc.oneof(fc.constant(''), fc.constantFrom('Ask {{host}}: "no"', '# yes', 'One\nand two'))
    case 'lines': return fc.array(words, { maxLength: 3 }).map((lines) => lines.join('\n'))
    case 'number': return oneOf(['5', '2', ' 30 ', ...(name === 'every' ? ['$ 2.50', '0.000001'] : [])])
    case 'compare': return oneOf(['ge 5', 'eq 0', 'lt 10', 'le ', 'gt 1'])
    case 'yes-no': return oneOf(['yes', 'no'])
    case 'check': return oneOf(['yes'])
    case 'select': case 'past': return oneOf(control.options.map(({ value }) => value))
    case 'choices': return fc.subarray(control.options.map(({ value }) => value)).map((chosen) => chosen.join('\n'))
    case 'days': return fc.subarray(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']).map((days) => days.join('\n'))
    case 'span': return oneOf([...control.units.map(({ value }) => `7${value}`), ...(control.places ?? []).map(({ value }) => value)])
    case 'constant': return fc.constant('')
  }
}

/** Forms as a person could fill them in: each round answers what the last one made the form ask. */
const forms = fc.tuple(fc.constantFrom(...policyTypes), fc.gen()).map(([type, draw]): FormState => {
  let form: FormState = { type, answers: draw(fc.constantFrom, typeTable[type].preset, {}) }
  for (let round = 0; round < 4; round++) {
    const asked = fieldsOfForm(form).filter(({ id }) => form.answers[id] === undefined || draw(fc.boolean))
    form = { type, answers: { ...form.answers, ...Object.fromEntries(asked.map(({ id, control, path }) => [id, draw(() => answerTo(control, path?.at(-1) ?? ''))])) } }
  }
  return form
}).filter((form) => missingIn(form).length === 0)

describe('a policy made by form', () => {
  it('loads, whatever was filled in, and comes back as the same form', () => {
    fc.assert(fc.property(forms, (form) => {
      const text = written(form)
      expect(problemsOf(text), text).toEqual([])
      const again = readPolicy(onePolicyOf(text))
      expect(again === undefined ? text : written(again)).toBe(text)
    }), { numRuns: 1_500 })
  })

  it.each(policyTypes)('of type %s says once what it asks, in words, and every key of it stands in the language', (type) => {
    expect(typeTable[type].title).toMatch(/\w/)
    fc.assert(fc.property(forms.filter((form) => form.type === type), (form) => {
      const fields = fieldsOfForm(form)
      expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length)
      expect(fields.filter(({ label, control }) => label === '' && control.kind !== 'constant')).toEqual([])
    }), { numRuns: 60 })
  })

  it('has words for every field that the language knows', () => {
    expect(Object.keys(commonFields).filter((name) => !['subject', 'window'].includes(name) && !hasWords(name, []))).toEqual([])
    expect(actionKinds.flatMap((kind) => Object.keys(subjectFields[kind]).filter((name) => name !== 'verb' && !hasWords(name, [kind])).map((name) => `${kind}.${name}`))).toEqual([])
  })
})
