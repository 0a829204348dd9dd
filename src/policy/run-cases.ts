import { actionsOfWords, type PolicyCase } from '../spec/policy/policy-cases.ts'
import type { Verdict } from '../spec/policy/words.ts'
import { type CaseLog, type LineReader, rootSession, startCaseLog } from './case-log.ts'
import type { CompiledList } from './compile-policies.ts'
import { eventWords } from './event-words.ts'
import { explainDecision, type ExplainedRule } from './explain.ts'

/** A rule with the events that made it fire, in words. */
export type CaseRule = Omit<ExplainedRule, 'because'> & { readonly because: readonly { readonly seq: number; readonly at: number; readonly what: string }[] }

export interface CaseResult {
  readonly name: string
  readonly ok: boolean
  readonly expected: PolicyCase['expect']
  readonly verdict: Verdict
  /** Ids of the rules that fired. */
  readonly fired: readonly string[]
  /** Why, rule by rule; of a failing case also the expected rules that did not fire. */
  readonly rules: readonly CaseRule[]
}

/** Runs cases against one list of policies. Pure; each case has a log of its own. */
export function runCases(cases: readonly PolicyCase[], list: CompiledList, read: LineReader): CaseResult[] {
  return cases.map((each) => runCase(each, list, read))
}

function runCase({ name, given, when, expect: expected }: PolicyCase, list: CompiledList, read: LineReader): CaseResult {
  const log = startCaseLog(list, read)
  for (const step of given) log.take(step)
  const actions = when.command === undefined ? actionsOfWords(when.actions ?? []) : read(when.command)
  const asked = log.propose(actions, when.session ?? rootSession)
  const { lists, question } = log.fold.question(asked, log.inputs())
  const { answer, levels } = explainDecision(lists, question, true)
  const fired = answer.rules.map(({ rule }) => rule)
  const ok = answer.verdict === expected.verdict && (expected.rules === undefined || sameRules(expected.rules, fired))
  const missed = (expected.rules ?? []).filter((each) => !fired.some((rule) => isNamed(rule, each)))
  const rules = levels.flatMap((level) => level.rules).filter(({ rule }) => fired.includes(rule) || (!ok && missed.some((each) => isNamed(rule, each))))
  return { name, ok, expected, verdict: answer.verdict, fired, rules: rules.map((rule) => ({ ...rule, because: rule.because.flatMap((seq) => becauseOf(log, seq)) })) }
}

/** `push-asks` and `server/push-asks` both name a rule. */
const isNamed = (rule: string, name: string): boolean => rule === name || rule.slice(rule.indexOf('/') + 1) === name

function sameRules(expected: readonly string[], fired: readonly string[]): boolean {
  return expected.every((each) => fired.some((rule) => isNamed(rule, each))) && fired.every((rule) => expected.some((each) => isNamed(rule, each)))
}

function becauseOf({ events }: CaseLog, seq: number): CaseRule['because'] {
  const event = events[seq - 1]
  if (event === undefined) return []
  const titleOf = (call: string) => events.flatMap((each) => (each.type === 'tool.proposed' && each.data.call === call ? [each.data.title] : []))[0]
  return [{ seq, at: event.at, what: eventWords(event, titleOf) }]
}
