import { plainJson } from '../base/plain-json.ts'
import type { Action } from '../spec/actions.ts'
import type { EventData, EventType, SessionEvent } from '../spec/events/session-event.ts'
import type { CaseStep } from '../spec/policy/policy-cases.ts'
import { actionsOfWords } from '../spec/policy/policy-cases.ts'
import { durationMs } from '../spec/policy/words.ts'
import type { CompiledList } from './compile-policies.ts'
import { emptyList } from './compile-policies.ts'
import { noPlanes } from './facts.ts'
import type { DecisionInputs, PolicyFold } from './policy-fold.ts'
import { startPolicyFold } from './policy-fold.ts'

/** Turns a command line into what it does. */
export type LineReader = (line: string) => readonly Action[]

/** A log that a case tells, and the fold that has seen it. */
export interface CaseLog {
  readonly events: readonly SessionEvent[]
  readonly fold: PolicyFold
  take(step: CaseStep): void
  /** The call that is wanted next, proposed. */
  propose(actions: readonly Action[], session: string): { readonly session: string; readonly tool: string; readonly actions: readonly Action[]; readonly turn: string }
  inputs(): DecisionInputs
}

/** A Monday at noon, UTC: cases say what time it is where that matters. */
const startsAt = Date.UTC(2026, 0, 5, 12)
const home = '/home/you'
const workspace = '/home/you/project'
/** The session that a case is about when it names none. */
export const rootSession = 'root'

/** Starts the log of one case, with one list in force. */
export function startCaseLog(list: CompiledList, read: LineReader): CaseLog {
  const events: SessionEvent[] = []
  const fold = startPolicyFold(list.level === 'server' ? list : emptyList('server'), [list])
  const policies = list.rules.map(({ policy }) => plainJson(policy))
  const known = new Set<string>()
  let [now, turns, calls] = [startsAt, 1, 0]

  function emit<Type extends EventType>(type: Type, session: string, data: EventData<Type>): void {
    const seq = events.length + 1
    // `type` and `data` belong together by this signature; nobody verifies the chain of a told log.
    const event = { tree: rootSession, seq, session, turn: turnOf(session), at: now, type, v: 1, by: { kind: 'engine', id: 'engine' }, cause: seq - 1, data, prev: '', hash: '' } as unknown as SessionEvent
    events.push(event)
    fold.advance(event)
  }
  const turnOf = (session: string) => `${session} ${turns}`

  /** A session that is named for the first time is a sub-agent of that name. */
  function open(session: string): string {
    if (known.has(session)) return session
    known.add(session)
    emit('session.created', session, {
      agent: { name: session === rootSession ? 'agent' : session, hash: '', spec: { policies: list.level === 'agent' ? policies : [] } }, harness: 'scripted',
      workspace: { mode: 'here', path: workspace }, ...(session === rootSession ? {} : { parent: rootSession }),
    })
    return session
  }

  function propose(actions: readonly Action[], session: string) {
    open(session)
    calls += 1
    const title = actions.map((action) => (action.kind === 'exec' ? action.command : action.kind)).join('; ')
    emit('tool.proposed', session, { call: `call ${calls}`, tool: 'tool', title, input: { text: '' }, actions: [...actions], gated: true })
    return { session, tool: 'tool', actions, turn: turnOf(session) }
  }

  /** A call as the case tells it, whatever the policies would have said; what they say is remembered as in a real log. */
  function call(actions: readonly Action[], session: string, { answered, exit, changes = [] }: { answered?: 'allow' | 'deny' | undefined; exit?: number | undefined; changes?: EventData<'file.changed'>['changes'] } = {}): void {
    const asked = propose(actions, session)
    const id = `call ${calls}`
    const { verdict, rules } = fold.decide(asked, inputs())
    emit('policy.decided', session, { call: id, verdict, rules: [...rules], digest: '', policyHash: '', inputs: {} })
    if (answered !== undefined) {
      emit('approval.requested', session, { approval: id, call: id, digest: '', title: '', rules: rules.filter((rule) => rule.verdict === 'ask') })
      emit('approval.answered', session, { approval: id, answer: answered })
    }
    if (answered === 'deny') return emit('tool.completed', session, { call: id, outcome: 'denied', output: { text: '' } })
    emit('tool.released', session, { call: id })
    const created = actions.flatMap((action) => (action.kind === 'file.write' && action.creates === true ? [{ path: absolute(action.path), kind: 'created' as const }] : []))
    if (created.length + changes.length > 0) emit('file.changed', session, { call: id, changes: [...created, ...changes] })
    emit('tool.completed', session, { call: id, outcome: 'ok', output: { text: '' }, exitCode: exit ?? 0 })
  }

  const inputs = (): DecisionInputs => ({ now, planes: noPlanes, hostSets: {} })
  open(rootSession)
  emit('host.attached', rootSession, { host: 'host', epoch: 'epoch', name: 'here', home })
  if (list.level === 'session') emit('policy.changed', rootSession, { level: 'session', hash: list.hash, policies })

  return {
    events, fold, propose, inputs,
    take({ did, ran, exit, asked, answered, spent, tokens, model, changed, waits, at, ends, session: named }) {
      const session = open(named ?? rootSession)
      if (did !== undefined) call(actionsOfWords(did), session, { exit })
      if (ran !== undefined) call(read(ran), session, { exit })
      if (asked !== undefined) call(typeof asked === 'string' ? read(asked) : actionsOfWords(asked), session, { answered, exit })
      if (spent !== undefined) emit('money.settled', session, { step: `step ${events.length}`, model: model ?? 'model', usage: { input: tokens ?? 0, output: 0 }, microUsd: Math.round(spent * 1e6), source: 'reported' })
      if (changed !== undefined) call([], session, { changes: [changed].flat().map((path) => ({ path: absolute(path), kind: 'modified' as const })) })
      if (waits !== undefined) now += durationMs(waits)
      if (at !== undefined) now = Date.parse(at)
      if (ends === undefined) return
      emit('turn.ended', session, { outcome: 'completed' })
      turns += 1
    },
  }
}

const absolute = (path: string) => (path.startsWith('/') ? path : path.startsWith('~/') ? `${home}${path.slice(1)}` : `${workspace}/${path}`)
