/**
 * Cases for policies, version 1: a YAML file whose `cases` say what happened, what is wanted next, and what must come of it.
 *
 *     cases:
 *       - name: a push after an install asks
 *         given:
 *           - did: {package.install: {manager: npm}}     an action that ran, or a list of those of one call
 *           - ran: npm test                              a command line that ran; `exit: 1` if it failed
 *           - asked: git push                            a call that a person was asked about; `answered: allow` (then it ran) or `deny`
 *           - spent: 12.50                               US dollars of a model call; `tokens`, `model`
 *           - changed: src/a.ts                          files that changed, not by a named action
 *           - waits: 10m                                 time passes; `at: "2026-11-25T22:00:00Z"` sets the clock
 *           - ends: turn                                 the turn ends and the next one starts
 *         when: {command: git push}                      or `actions: [{git.push: {ref: main}}]`
 *         expect: {verdict: ask, rules: [push-asks]}     `rules`: exactly those that fired, by name or id
 *
 * Fields of actions are those of `spec/actions.ts` in snake_case; a push that does not say so is not forced, deletes nothing and has no tags. `session: NAME` in a step or in `when` is a sub-agent of that name.
 */
import { z } from 'zod'
import { Action, type ActionKind } from '../actions.ts'
import { decodeText } from '../yaml/decode-text.ts'
import { parseStrictYaml } from '../yaml/parse-strict-yaml.ts'
import { type Problem, sortProblems } from '../yaml/problem.ts'
import { validateYaml } from '../yaml/validate-yaml.ts'
import { Duration, verdicts } from './words.ts'

const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const camel = (name: string) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

const unsaid: Readonly<Record<string, object>> = { 'package.install': { names: [] }, 'git.push': { force: false, delete: false, tag: false } }

/** What an action of the kind sends out when a case does not say. */
const outboundOf = (kind: ActionKind): boolean | 'unknown' => (/^(?:git\.push|package|net|message|model|secret)/.test(kind) ? true : /^(?:file|git\.commit|spawn|policy)/.test(kind) ? false : 'unknown')

/** An action in the words of a policy file: `{git.push: {ref: main}}`. */
const actionShapes = Object.fromEntries(Action.options.map(({ shape }) => {
  const fields = Object.entries(shape).filter(([name]) => name !== 'kind').map(([name, schema]) => [snake(name), name === 'outbound' ? z.union([z.boolean(), z.literal('unknown')]).optional() : name === 'names' ? schema.optional() : schema])
  return [shape.kind.value, z.strictObject(Object.fromEntries(fields) as z.ZodRawShape).nullable().optional()]
}))
const ActionWords = z.strictObject(actionShapes).refine((map) => Object.keys(map).length === 1, 'must name one action, such as git.push')
const ActionsWords = z.union([ActionWords, z.array(ActionWords).min(1).max(50)])
const Line = z.string().min(1).max(10_000)

const verbs = ['did', 'ran', 'asked', 'spent', 'changed', 'waits', 'at', 'ends'] as const
const Step = z.strictObject({
  did: ActionsWords.optional(),
  ran: Line.optional(),
  exit: z.int().min(0).max(255).optional(),
  asked: z.union([Line, ActionsWords]).optional(),
  answered: z.enum(['allow', 'deny']).optional(),
  spent: z.number().min(0).max(1e9).optional(),
  tokens: z.int().min(0).optional(),
  model: z.string().min(1).optional(),
  changed: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
  waits: Duration.optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  ends: z.literal('turn').optional(),
  session: z.string().min(1).max(64).optional(),
}).refine((step) => verbs.filter((verb) => step[verb] !== undefined).length === 1, `must say one thing: ${verbs.join(', ')}`)
  .refine(({ asked, answered }) => (asked === undefined) === (answered === undefined), 'asked and answered stand together')
export type CaseStep = z.infer<typeof Step>

const When = z.strictObject({ command: Line.optional(), actions: ActionsWords.optional(), session: z.string().min(1).max(64).optional() })
  .refine(({ command, actions }) => (command === undefined) !== (actions === undefined), 'needs either command or actions')

const PolicyCase = z.strictObject({
  name: z.string().min(1).max(200),
  given: z.array(Step).max(1_000).default([]),
  when: When,
  expect: z.strictObject({ verdict: z.enum(verdicts), rules: z.array(z.string().min(1)).max(100).optional() }),
})
export type PolicyCase = z.infer<typeof PolicyCase>

const PolicyCases = z.strictObject({ cases: z.array(PolicyCase).min(1).max(1_000) })

/** The actions that words of a case stand for. Proof: checked by the schema of `ActionWords`, which is made of the actions' own. */
export function actionsOfWords(words: z.infer<typeof ActionsWords>): Action[] {
  return [words].flat().flatMap((map) => Object.entries(map)).map(([kind, fields]) => {
    const given = Object.fromEntries(Object.entries(fields ?? {}).map(([name, value]) => [camel(name), value]))
    const argv = kind === 'exec' && given['argv'] === undefined && given['opaque'] === undefined && typeof given['command'] === 'string' ? { argv: given['command'].split(/\s+/) } : {}
    return Action.parse({ ...unsaid[kind], outbound: outboundOf(kind as ActionKind), ...argv, ...given, kind })
  })
}

/** Reads a file of cases: every problem, each with its place; then none of it is used. */
export function loadPolicyCases(path: string, content: Uint8Array | string): { readonly ok: true; readonly cases: readonly PolicyCase[] } | { readonly ok: false; readonly problems: readonly Problem[] } {
  const { source, problems: coded } = decodeText(path, content)
  if (source === undefined) return { ok: false, problems: sortProblems(coded) }
  const parsed = parseStrictYaml(source, 'a file of cases')
  if (parsed.root === undefined) return { ok: false, problems: parsed.problems }
  const checked = validateYaml(source, parsed.root, PolicyCases, { rootName: 'the file of cases', synonyms: { tests: 'cases', before: 'given', result: 'verdict', wait: 'waits', spend: 'spent', run: 'ran' } })
  const problems = sortProblems([...parsed.problems, ...checked.problems])
  return checked.value === undefined || problems.length > 0 ? { ok: false, problems } : { ok: true, cases: checked.value.cases }
}
