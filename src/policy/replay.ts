import type { EventData, SessionEvent } from '../spec/events/session-event.ts'
import type { RuleVerdict } from '../spec/events/turn-data.ts'
import type { Policy } from '../spec/policy/policy-schema.ts'
import { type Level, stricter, type Verdict } from '../spec/policy/words.ts'
import { type CompiledList, compilePolicies, emptyList } from './compile-policies.ts'
import { decide } from './decide.ts'
import { type Asked, readPolicies, startPolicyFold } from './policy-fold.ts'
import { readInputs } from './read-inputs.ts'

/** Other policies to try on what was. */
export interface PolicyChange {
  readonly level: Level
  readonly policies: readonly Policy[]
  /** `add`: beside those of the level, in place of those of the same name. `replace`: in place of all of them. */
  readonly how: 'add' | 'replace'
}

/** A call that would have been decided otherwise. */
export interface Difference {
  readonly session: string
  readonly call: string
  /** Number of its `policy.decided`, and when. */
  readonly seq: number
  readonly at: number
  readonly title: string
  readonly before: Verdict
  readonly after: Verdict
  /** The rules that make the difference: those of the stricter side. */
  readonly rules: readonly { readonly rule: string; readonly message?: string }[]
}

export const differenceKinds = ['blocked', 'asked', 'letThrough', 'warned'] as const
export type DifferenceKind = (typeof differenceKinds)[number]

export interface ReplayReport {
  readonly events: number
  readonly calls: number
  /** Calls that come out otherwise than recorded under the recorded policies too: another version decided them. */
  readonly drifted: number
  /** By what would have become of the call; the first of each in the log's order. */
  readonly differences: Readonly<Record<DifferenceKind, { readonly count: number; readonly first: readonly Difference[] }>>
}

export interface Replay {
  /** Every event of the log, in order. */
  take(event: SessionEvent): void
  report(): ReplayReport
}

const maxShown = 20

/**
 * Decides every recorded call again: under the policies of the log, and with a change. One pass, nothing but the log. What ran
 * is taken to have run, and a person to have said yes to it: so a new rule that asks is answered as far as the log goes.
 * @param known every list that the log names: see `ListsOfLog`
 * @param tree whose calls count; those of a fork's prefix are its source's
 */
export function startReplay({ change, known, tree }: { change: PolicyChange; known: readonly CompiledList[]; tree?: string }): Replay {
  const none = emptyList(change.level)
  const changed = new Map([none, ...known.filter(({ level }) => level === change.level)].map((list) => [list.hash, changedList(list, change)]))
  const alone = changed.get(none.hash) ?? none
  const fold = startPolicyFold(emptyList('server'), [...known, ...changed.values()])
  const proposed = new Map<string, EventData<'tool.proposed'>>()
  const asking = new Map<string, { readonly rules: readonly RuleVerdict[]; readonly recorded: readonly RuleVerdict[] }>()
  let server = emptyList('server')
  let [events, calls, drifted] = [0, 0, 0]
  const found = Object.fromEntries(differenceKinds.map((kind) => [kind, { count: 0, first: [] as Difference[] }])) as Record<DifferenceKind, { count: number; first: Difference[] }> // Proof: made of exactly these.

  function listsAfter(before: readonly CompiledList[]): readonly CompiledList[] {
    const lists = before.map((list) => (list.level === change.level ? (changed.get(list.hash) ?? alone) : list))
    return [...new Set(before.some(({ level }) => level === change.level) ? lists : [alone, ...lists])]
  }

  function decideAgain(event: Extract<SessionEvent, { type: 'policy.decided' }>): readonly RuleVerdict[] {
    const { session, at, data: { call, verdict, rules, inputs } } = event
    const wanted = proposed.get(`${session}/${call}`)
    if (wanted === undefined) return []
    const asked: Asked = { session, tool: wanted.tool, actions: wanted.actions, ...(wanted.request === undefined ? {} : { request: true }), ...(event.turn === undefined ? {} : { turn: event.turn }) }
    const facts = readInputs(inputs, at)
    const before = [...fold.inForce(session).filter(({ level }) => level !== 'server'), server]
    const after = listsAfter(before)
    const { lists, question: once } = fold.question(asked, facts, [...before, ...after])
    const question = { ...once, found: new Map(once.facts.map((each) => [each, new Map()])) }
    const [old, fresh] = [decide(lists.slice(0, before.length), question), decide(lists.slice(before.length), question)]
    // What the engine itself forbids is no policy: it stands.
    const floor = rules.filter(({ hash }) => hash === undefined).reduce((strictest: Verdict, rule) => stricter(strictest, rule.verdict), 'allow')
    const verdicts = { before: stricter(old.verdict, floor), after: stricter(fresh.verdict, floor) }
    if (tree === undefined || event.tree === tree) count(event, wanted.title, { ...verdicts, recorded: verdict, old: old.rules, fresh: fresh.rules })
    return fresh.rules
  }

  function count({ session, seq, at, data }: Extract<SessionEvent, { type: 'policy.decided' }>, title: string, { before, after, recorded, old, fresh }: Compared): void {
    calls += 1
    if (before !== recorded) drifted += 1
    if (before === after) return
    const strictest = stricter(before, after)
    const own = found[kindOf(before, after)]
    own.count += 1
    if (own.first.length >= maxShown) return
    const rules = (strictest === after ? fresh : old).filter((rule) => rule.verdict === strictest).map(({ rule, message }) => ({ rule, ...(message === undefined ? {} : { message }) }))
    own.first.push({ session, call: data.call, seq, at, title, before, after, rules })
  }

  /** The event as it would have been, so that rules of the change remember what they said. */
  function advanceDecided(event: Extract<SessionEvent, { type: 'policy.decided' }>, fresh: readonly RuleVerdict[]): void {
    const recorded = event.data.rules
    const added = fresh.filter((rule) => !recorded.some(({ hash }) => hash === rule.hash))
    if (added.some(({ verdict }) => verdict === 'ask')) asking.set(`${event.session}/${event.data.call}`, { rules: added.filter(({ verdict }) => verdict === 'ask'), recorded })
    fold.advance(added.length === 0 ? event : { ...event, data: { ...event.data, rules: [...recorded, ...added] } })
  }

  function sayYes(event: Extract<SessionEvent, { type: 'tool.released' }>): void {
    const key = `${event.session}/${event.data.call}`
    const asked = asking.get(key)
    asking.delete(key)
    if (asked === undefined) return
    const { call } = event.data
    const approval = `replay of ${call}`
    fold.advance({ ...event, type: 'approval.requested', data: { approval, call, digest: '', title: '', rules: [...asked.rules] } })
    fold.advance({ ...event, type: 'approval.answered', data: { approval, answer: 'allow' } })
  }

  return {
    take(event) {
      events += 1
      if (event.type === 'policy.changed' && event.data.level === 'server') server = compilePolicies('server', readPolicies(event.data.policies))
      if (event.type === 'tool.proposed') proposed.set(`${event.session}/${event.data.call}`, event.data)
      if (event.type === 'policy.decided') return advanceDecided(event, decideAgain(event))
      if (event.type === 'tool.released') sayYes(event)
      if (event.type === 'tool.completed') {
        proposed.delete(`${event.session}/${event.data.call}`)
        asking.delete(`${event.session}/${event.data.call}`)
      }
      fold.advance(event)
    },
    report: () => ({ events, calls, drifted, differences: structuredClone(found) }),
  }
}

interface Compared {
  readonly before: Verdict
  readonly after: Verdict
  readonly recorded: Verdict
  readonly old: readonly RuleVerdict[]
  readonly fresh: readonly RuleVerdict[]
}

/** The reports of several logs as one. */
export function joinReports(reports: readonly ReplayReport[]): ReplayReport {
  const sum = (read: (report: ReplayReport) => number) => reports.reduce((total, report) => total + read(report), 0)
  const joined = (kind: DifferenceKind) => ({ count: sum(({ differences }) => differences[kind].count), first: reports.flatMap(({ differences }) => differences[kind].first).slice(0, maxShown) })
  return {
    events: sum(({ events }) => events), calls: sum(({ calls }) => calls), drifted: sum(({ drifted }) => drifted),
    differences: { blocked: joined('blocked'), asked: joined('asked'), letThrough: joined('letThrough'), warned: joined('warned') },
  }
}

function kindOf(before: Verdict, after: Verdict): DifferenceKind {
  if (after === 'deny') return 'blocked'
  if (after === 'ask') return 'asked'
  return before === 'ask' || before === 'deny' ? 'letThrough' : 'warned'
}

function changedList(list: CompiledList, { level, policies, how }: PolicyChange): CompiledList {
  const names = new Set(policies.map(({ name }) => name))
  const kept = how === 'replace' ? [] : list.rules.map(({ policy }) => policy).filter(({ name }) => !names.has(name))
  const compiled = compilePolicies(level, [...kept, ...policies])
  // The same rule is the same object: what it has read once it knows on both sides.
  const rules = new Map(list.rules.map((rule) => [rule.hash, rule]))
  return { ...compiled, rules: compiled.rules.map((rule) => rules.get(rule.hash) ?? rule) }
}
