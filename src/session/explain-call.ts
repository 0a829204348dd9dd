import type { CompiledList } from '../policy/compile-policies.ts'
import { emptyList } from '../policy/compile-policies.ts'
import { eventWords } from '../policy/event-words.ts'
import { explainDecision } from '../policy/explain.ts'
import { startListsOfLog } from '../policy/lists-of-log.ts'
import { startPolicyFold } from '../policy/policy-fold.ts'
import { readInputs } from '../policy/read-inputs.ts'
import { actionText } from '../spec/actions-text.ts'
import type { CallDecision } from '../spec/api/decision.ts'
import { AppError } from '../spec/app-error.ts'
import { readEvent, type SessionEvent } from '../spec/events/session-event.ts'
import type { RuleVerdict } from '../spec/events/turn-data.ts'
import { stricter } from '../spec/policy/words.ts'
import type { SessionStore } from '../spec/ports/session-store.ts'

type EventOf<Type extends SessionEvent['type']> = Extract<SessionEvent, { type: Type }>

/** What the log says of one call's decision. */
interface Found {
  readonly proposed: EventOf<'tool.proposed'>
  readonly decided: EventOf<'policy.decided'>
  readonly answer: CallDecision['answer']
  /** The server's list that was in force, and all others: those too that the log names later. */
  readonly server: CompiledList
  readonly known: readonly CompiledList[]
}

const pageSize = 1_000

/**
 * Makes a decision again from the log before it, with the reasons. Reads the log twice; decides nothing for anybody.
 * @throws {AppError} 'not_found' when the log holds no decision about such a call.
 */
export async function explainCall(store: SessionStore, { tree, session, call, all }: { tree: string; session: string; call: string; all: boolean }): Promise<CallDecision> {
  const { proposed, decided, answer, server, known } = await findDecision(store, tree, { session, call })
  const fold = startPolicyFold(emptyList('server'), [server, ...known])
  const titles = new Map<string, string>()
  for await (const event of readLog(store, tree, decided.seq - 1)) {
    fold.advance(event)
    if (event.type === 'tool.proposed') titles.set(`${event.session}/${event.data.call}`, event.data.title)
  }
  const { tool, title, actions, request } = proposed.data
  const lists = [...fold.inForce(session).filter(({ level }) => level !== 'server'), server]
  const inputs = readInputs(decided.data.inputs, decided.at)
  const { lists: inForce, question } = fold.question({ session, tool, actions, ...(request === undefined ? {} : { request: true }), ...(decided.turn === undefined ? {} : { turn: decided.turn }) }, inputs, lists)
  const explained = explainDecision(inForce, question, all)
  // Rules of the engine itself look at more than the policies do: they stand as they were recorded.
  const engine = decided.data.rules.filter(isEngine)
  const verdict = engine.reduce((strictest, rule) => stricter(strictest, rule.verdict), explained.answer.verdict)
  const because = async (seq: number) => {
    const event = await eventAt(store, tree, seq)
    return { seq, at: event.at, what: eventWords(event, (one) => titles.get(`${event.session}/${one}`)) }
  }
  const levels = explained.levels.map(async ({ rules, ...level }) => ({ ...level, rules: await Promise.all(rules.map(async (rule) => ({ ...rule, parts: [...rule.parts], because: await Promise.all(rule.because.map(because)) }))) }))
  return {
    session, call, tool, title, actions: actions.map(actionText), seq: decided.seq, at: decided.at, verdict: decided.data.verdict,
    again: { verdict, same: verdict === decided.data.verdict && marksOf(decided.data.rules.filter((rule) => !isEngine(rule))) === marksOf(explained.answer.rules) },
    levels: await Promise.all(levels),
    engine: engine.map((rule) => ({ rule: rule.rule, verdict: rule.verdict, ...(rule.message === undefined ? {} : { message: rule.message }) })),
    ...(answer === undefined ? {} : { answer }),
  }
}

const isEngine = ({ hash }: RuleVerdict) => hash === undefined
const marksOf = (rules: readonly RuleVerdict[]) => rules.map(({ rule, verdict }) => `${rule} ${verdict}`).sort().join('\n')

async function findDecision(store: SessionStore, tree: string, { session, call }: { session: string; call: string }): Promise<Found> {
  const named = startListsOfLog()
  let proposed: Found['proposed'] | undefined
  let found: Omit<Found, 'answer' | 'known'> | undefined
  let [approval, answer]: [string | undefined, Found['answer']] = [undefined, undefined]
  for await (const event of readLog(store, tree, Number.MAX_SAFE_INTEGER)) {
    named.take(event)
    if (event.session !== session) continue
    if (event.type === 'tool.proposed' && event.data.call === call) proposed = event
    if (event.type === 'policy.decided' && event.data.call === call && proposed !== undefined) {
      found = { proposed, decided: event, server: named.server }
      answer = undefined
    }
    if (event.type === 'approval.requested' && event.data.call === call) approval = event.data.approval
    if ((event.type === 'approval.answered' || event.type === 'approval.expired') && event.data.approval === approval) answer = answerOf(event)
  }
  if (found === undefined) throw new AppError('not_found', `The log of ${session} holds no decision about a call ${call}. Calls stand in it as tool.proposed: omni export ${session}`)
  return { ...found, answer, known: named.lists }
}

function answerOf({ seq, at, by, type, data }: EventOf<'approval.answered'> | EventOf<'approval.expired'>): NonNullable<Found['answer']> {
  if (type === 'approval.expired') return { seq, at, by, answer: 'expired', comment: data.reason }
  return { seq, at, by, answer: data.answer, ...(data.comment === undefined ? {} : { comment: data.comment }) }
}

async function* readLog(store: SessionStore, tree: string, upTo: number): AsyncGenerator<SessionEvent> {
  for (let after = 0; after < upTo; ) {
    const page = await store.read(tree, after, Math.min(pageSize, upTo - after))
    for (const event of page) yield readEvent(event)
    if (page.length === 0) return
    after += page.length
  }
}

async function eventAt(store: SessionStore, tree: string, seq: number): Promise<SessionEvent> {
  const [event] = await store.read(tree, seq - 1, 1)
  if (event === undefined) throw new AppError('conflict', 'The session was removed while it was read.')
  return readEvent(event)
}
