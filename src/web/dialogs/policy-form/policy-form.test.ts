import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadPolicies } from '../../../spec/policy/load-policies.ts'
import { actionKinds, commonFields, type PolicyType, policyTypes, subjectFields } from '../../../spec/policy/subjects.ts'
import type { Control } from './controls.ts'
import { fieldsOfForm } from './fields-of-form.ts'
import type { FormState } from './form-field.ts'
import { onePolicyOf, writeYaml } from './policy-yaml.ts'
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

/** One of several, and one of them or nothing. */
interface Draw {
  <Value>(values: readonly [Value, ...Value[]]): Value
}

/** Something that a person may answer; now and then nothing. */
function answerTo(control: Control, name: string, { draw, texts }: { draw: Draw; texts: readonly string[] }): string {
  const some = (values: readonly string[]) => values.filter(() => draw([true, false])).join('\n')
  const options = 'options' in control ? control.options.map(({ value }) => value) : []
  switch (control.kind) {
    case 'text': return name === 'tz' ? draw(['', 'Europe/Berlin']) : name === 'from' || name === 'to' ? draw(['09:00', '17:30']) : draw(['', 'mine', 'a.b-c_1'])
    case 'long-text': return draw(['', 'Ask {{host}}: "no"', '# yes', 'One\nand two'])
    case 'lines': return some(texts)
    case 'number': return draw(['5', '2', ' 30 ', ...(name === 'every' ? ['$ 2.50', '0.000001'] : [])])
    case 'compare': return draw(['', 'ge 5', 'eq 0', 'lt 10', 'le ', 'gt 1'])
    case 'yes-no': return draw(['', 'yes', 'no'])
    case 'check': return draw(['', 'yes'])
    case 'select': case 'past': return draw(['', ...options])
    case 'choices': return some(options)
    case 'days': return some(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])
    case 'span': return draw(['', ...control.units.map(({ value }) => `7${value}`), ...(control.places ?? []).map(({ value }) => value)])
    case 'constant': return ''
  }
}

/** Forms as a person could fill them in: each round answers what the last one made the form ask. */
const formsOf = (type: PolicyType) => fc.tuple(fc.array(fc.nat(9_999), { minLength: 80, maxLength: 80 }), fc.array(words, { minLength: 3, maxLength: 3 })).map(([numbers, texts]): FormState => {
  let drawn = 0
  const draw: Draw = (values) => values[(numbers[drawn++ % numbers.length] ?? 0) % values.length] ?? values[0]
  let form: FormState = { type, answers: draw([typeTable[type].preset, {}]) }
  for (let round = 0; round < 4; round++) {
    const asked = fieldsOfForm(form).filter(({ id }) => form.answers[id] === undefined || draw([true, false]))
    form = { type, answers: { ...form.answers, ...Object.fromEntries(asked.map(({ id, control, path }) => [id, answerTo(control, path?.at(-1) ?? '', { draw, texts })])) } }
  }
  return form
}).filter((form) => missingIn(form).length === 0)

const loadsAndComesBack = (form: FormState) => {
  const text = written(form)
  expect(problemsOf(text), text).toEqual([])
  const again = readPolicy(onePolicyOf(text))
  expect(again === undefined ? undefined : written(again)).toBe(text)
}

describe('a policy made by form', () => {
  it('can be of every type that the language has', () => {
    expect(Object.keys(typeTable).toSorted()).toEqual([...policyTypes].toSorted())
    for (const type of policyTypes) expect(fieldsOfForm({ type, answers: {} }).map(({ id }) => id)).toEqual(expect.arrayContaining(['name', 'action', 'message']))
  })

  it.each(policyTypes)('of type %s loads, whatever was filled in, and comes back as the same form', (type) => {
    fc.assert(fc.property(formsOf(type), loadsAndComesBack), { numRuns: 40 })
  })

  it.each(policyTypes)('of type %s loads with each of its fields filled in', (type) => {
    const asked = new Map<string, FormState>()
    // Which fields there are depends on answers: enough forms have had them all.
    for (const form of fc.sample(formsOf(type), { numRuns: 60, seed: 7 })) for (const { id } of fieldsOfForm(form)) if ((form.answers[id] ?? '') !== '') asked.set(id, form)
    for (const form of new Set(asked.values())) expect(problemsOf(written(form)), written(form)).toEqual([])
    expect(asked.size).toBeGreaterThan(3)
  })

  it.each(policyTypes)('of type %s asks each thing once, in words', (type) => {
    for (const form of fc.sample(formsOf(type), { numRuns: 60, seed: 7 })) {
      const fields = fieldsOfForm(form).filter(({ control }) => control.kind !== 'constant')
      expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length)
      expect(fields.filter(({ label }) => label === '')).toEqual([])
    }
  })

  it('has words for every field that the language knows', () => {
    expect(Object.keys(commonFields).filter((name) => !['subject', 'window'].includes(name) && !hasWords(name, []))).toEqual([])
    expect(actionKinds.flatMap((kind) => Object.keys(subjectFields[kind]).filter((name) => name !== 'verb' && !hasWords(name, [kind])).map((name) => `${kind}.${name}`))).toEqual([])
  })

  it('makes an exception of each of several, not of all of them at once', () => {
    const answers = { 'match/verb': 'write', 'unless/created_by_agent': 'yes', 'unless/path': 'docs/**\n*.md', action: 'ask' }
    expect(writePolicy({ type: 'file', answers })['unless']).toEqual({ any: [{ created_by_agent: true }, { path: ['docs/**', '*.md'] }] })
  })
})

describe('a policy written by hand', () => {
  it.each([
    'name: warn\ntype: cost\nvalue: 50\naction: warn', 'name: x\ntype: shell\nmatch: {argv: [kubectl apply *]}\naction: deny',
    'policies: [{name: p, type: git, match: {verb: [push]}, after: {package.install: null, cleared_by: approval}, scope: tree, action: ask}]',
    '- {name: t, type: time, match: {subject: exec, argv: [a *, b]}, unless: {window: {tz: Europe/Berlin, days: [mon-thu], from: "09:00", to: "16:00"}}, action: deny}',
    'name: r\ntype: require\nmatch: {subject: git.commit}\nafter: {exec: {argv: "npm test*", exit: 0}, since: {file.write: {path: "src/**"}}}\naction: deny\nmessage: First the tests.',
    '{name: f, type: file, match: {verb: [write, delete], path: "**"}, unless: {created_by_agent: true}, action: ask, approval: {remember: session}}',
    '{name: f, type: file, match: {verb: write}, action: ask, approval: {remember: project}}',
    '{name: burst, type: rate, of: exec, op: gt, value: 30, per: 1m, action: ask}', '{name: l, type: loop, of: exec, fingerprint: exact, value: 4, within: 12 calls, action: ask}',
  ])('is shown by the form when the form can say it: %s', (text) => {
    expect(problemsOf(text)).toEqual([])
    const form = readPolicy(onePolicyOf(text))
    expect(form).toBeDefined()
    if (form !== undefined) loadsAndComesBack(form)
  })

  it.each([
    '{name: a, type: network, default: deny}', '{name: a, type: git, match: {verb: push, any: [{force: true}, {delete: true}]}, action: deny}',
    '{name: a, type: exec, match: {command: {matches: "rm"}}, action: deny}', '{name: a, type: exec, unless: {argv: a, cwd: b}, action: deny}',
    '{name: a, type: rate, of: exec, value: 1, per: session, scope: tree, action: ask}', '{name: a, type: git, action: allow}', '[{name: a, type: git, action: ask}, {name: b, type: git, action: ask}]',
    '{name: a, type: cost, value: 5, op: gt, action: deny}', '{name: a, type: git, after: [{exec: null}, {spawn: null}], action: ask}',
  ])('is left alone when the form cannot say all of it: %s', (text) => {
    expect(problemsOf(text)).toEqual([])
    expect(readPolicy(onePolicyOf(text))).toBeUndefined()
  })

  it.each(['', 'a: [', 'type: gti', '- 1', 'text', 'null'])('that is none is no form: %j', (text) => {
    expect(readPolicy(onePolicyOf(text))).toBeUndefined()
  })
})
