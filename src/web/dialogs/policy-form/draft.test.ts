import { expect, it } from 'vitest'
import { loadPolicies } from '../../../spec/policy/load-policies.ts'
import { answer, chooseType, emptyDraft, showAs, writeText } from './draft.ts'
import { placeProblems } from './place-problems.ts'

const around = { taken: ['ask-push', 'ask-push-2'], zone: 'Europe/Berlin' }
const { taken } = around
const push = chooseType(emptyDraft, 'git', around)
const problemsOf = (text: string) => {
  const loaded = loadPolicies('policies', text, 'session')
  return loaded.ok ? [] : loaded.problems
}

it('writes the policy with each answer, under a name that nobody has', () => {
  expect(push.text).toBe('name: ask-push-3\ntype: git\nmatch:\n  verb: push\naction: ask\n')
  expect(answer(push, ['after', 'package.install'], taken).text).toContain('name: ask-push-after-install\n')
  expect(answer(chooseType(emptyDraft, 'cost', around), ['every', '5'], taken).text).toContain('name: pause-every-5\n')
  expect(chooseType(emptyDraft, 'time', around).text).toContain('tz: Europe/Berlin')
})

it('keeps what was answered for a type until the person comes back to it', () => {
  const named = answer(answer(push, ['match/ref', 'main'], taken), ['name', 'mine'], taken)
  const elsewhere = chooseType(named, 'exec', around)
  expect(elsewhere.text).toBe('name: mine\ntype: exec\naction: ask\n')
  expect(chooseType(elsewhere, 'git', around).text).toBe(named.text)
})

it('goes from form to text and back, and keeps what is half filled in', () => {
  const half = answer(chooseType(emptyDraft, 'cost', around), ['value', '7'], taken)
  expect(showAs(showAs(half, 'yaml', taken), 'form', taken)).toEqual(half)
  const edited = showAs(writeText(showAs(push, 'yaml', taken), 'name: mine\ntype: cost\nevery: 5\naction: ask\n'), 'form', taken)
  expect(edited.form).toMatchObject({ type: 'cost', answers: { every: '5', name: 'mine' } })
})

it('says of a text that no form says it, and changes nothing of it', () => {
  const text = '# Ours.\n{name: a, type: network, default: deny}\n'
  const beyond = showAs(writeText(showAs(push, 'yaml', taken), text), 'form', taken)
  expect(beyond).toMatchObject({ form: undefined, isBeyondForm: true, text })
  expect(showAs(beyond, 'yaml', taken)).toMatchObject({ view: 'yaml', text })
})

it('puts what is wrong to the field that wrote it', () => {
  const wrong = [['every', 'five'], ['message', 'So {{spend}}'], ['name', '-no'], ['timeout', 'xm']] as const
  const draft = wrong.reduce((before, each) => answer(before, each, taken), chooseType(emptyDraft, 'cost', around))
  const placed = draft.form === undefined ? undefined : placeProblems(draft.form, draft.text, problemsOf(draft.text))
  expect(placed?.byField).toMatchObject({ every: expect.stringContaining('number'), name: expect.stringContaining('letter'), timeout: expect.stringContaining('time') })
  expect(placed?.others).toEqual([])
  const days = [['window/from', '9'], ['window/tz', 'Berlin']] as const
  const hours = days.reduce((before, each) => answer(before, each, taken), chooseType(emptyDraft, 'time', around))
  expect(Object.keys(hours.form === undefined ? {} : placeProblems(hours.form, hours.text, problemsOf(hours.text)).byField).toSorted()).toEqual(['window/from', 'window/tz'])
})

it('puts what is wrong with one of several exceptions to its field, and what is wrong with the whole to none', () => {
  const long = 'x'.repeat(1_001)
  const asked = [['unless/created_by_agent', 'yes'], ['unless/path', long]] as const
  const files = asked.reduce((before, each) => answer(before, each, taken), chooseType(emptyDraft, 'file', around))
  expect(Object.keys(files.form === undefined ? {} : placeProblems(files.form, files.text, problemsOf(files.text)).byField)).toEqual(['unless/path'])
  const open = chooseType(emptyDraft, 'cost', around)
  expect(open.form === undefined ? undefined : placeProblems(open.form, open.text, problemsOf(open.text))).toMatchObject({ byField: {}, others: [expect.stringContaining('every')] })
})
