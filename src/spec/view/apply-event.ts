import type { EventData, EventType, SessionEvent } from '../events/session-event.ts'
import { type SessionView, viewBounds } from './session-view.ts'
import { countDecided, countSummary } from './count-requests.ts'
import { addMoney, addTokens, noMoney, noTokens } from './sum-money.ts'

type EventOf<Type extends EventType> = Extract<SessionEvent, { type: Type }>

/** The view of a session that has no event yet. */
export function emptyView(tree: string, session: string): SessionView {
  return {
    tree, session, seq: 0, title: 'New session', titled: false, createdAt: 0, updatedAt: 0, archived: false, labels: {},
    agent: { name: '', hash: '' }, harness: '', workspace: { mode: 'here', path: '' }, mode: 'default', offers: { commands: [], models: [] },
    queue: [], queueHeld: false, asks: [], waitingCalls: [], plan: [],
    counts: { turns: 0, steps: 0, calls: 0, unsupported: 0 },
    usage: noTokens, money: noMoney,
  }
}

/** Folds one event of the tree into the view of one of its sessions. Pure; O(size of the view). */
export function applyEvent(view: SessionView, event: SessionEvent): SessionView {
  if (event.type === 'session.forked' && view.session === event.data.from.session) return applyFork(view, event)
  if (event.session !== view.session) return { ...view, seq: event.seq }
  const next: SessionView = { ...view, seq: event.seq, updatedAt: event.at }
  switch (event.type) {
    case 'session.created': return { ...next, ...opening(event.data), createdAt: event.at }
    case 'conversation.imported': return { ...next, title: view.titled ? view.title : event.data.title, counts: { ...view.counts, turns: view.counts.turns + event.data.turns } }
    case 'session.renamed': return { ...next, title: event.data.title, titled: view.titled || event.by.kind === 'user' }
    case 'session.labelled': return { ...next, labels: mergeLabels(view.labels, event.data.labels) }
    case 'session.archived': return { ...next, archived: event.data.archived }
    case 'session.rewound': return { ...next, plan: [] }
    case 'queue.added': case 'queue.changed': case 'queue.moved': case 'queue.removed': return applyQueue(next, event)
    case 'queue.resumed': return { ...next, queueHeld: false }
    case 'turn.started': return startTurn(next, event)
    case 'turn.ended': return endTurn(next, event)
    case 'step.started': return { ...next, counts: { ...view.counts, steps: view.counts.steps + 1 } }
    case 'step.ended': return event.data.context === undefined ? next : { ...next, context: definedContext(event.data.context) }
    case 'tool.proposed': return event.data.about === undefined ? countCall(next, 1, event.data.gates !== 'net' && event.data.gates !== 'omni') : next
    case 'tool.completed': return { ...(event.data.about === undefined ? countCall(next, -1) : next), asks: view.asks.filter((ask) => ask.call !== event.data.call), waitingCalls: withoutCall(view, event.data.call) }
    case 'policy.decided': return { ...next, waitingCalls: event.data.wait === true ? [...withoutCall(view, event.data.call), event.data.call].slice(0, viewBounds.asks) : withoutCall(view, event.data.call) }
    case 'approval.requested': return { ...next, asks: [...view.asks, openAsk(event)].slice(0, viewBounds.asks) }
    case 'approval.answered': case 'approval.expired':
      return { ...next, asks: view.asks.filter((ask) => ask.approval !== event.data.approval) }
    case 'money.settled': return { ...next, usage: addTokens(view.usage, event.data.usage), money: addMoney(view.money, event.data) }
    case 'plan.changed': return { ...next, plan: event.data.entries.slice(0, viewBounds.plan).map((entry) => ({ ...entry, text: entry.text.slice(0, viewBounds.planText) })) }
    case 'harness.started': return withStarted(next, event.data)
    case 'harness.offered': return { ...next, offers: offered(view, event.data) }
    case 'mode.changed': return { ...next, mode: event.data.mode }
    case 'switch.requested': return { ...next, switching: event.data }
    case 'switch.failed': return withoutSwitching(next)
    case 'harness.switched': return switched(next, event.data)
    case 'harness.limited': return { ...next, limited: { message: event.data.message.slice(0, 500), ...(event.data.resetAt === undefined ? {} : { resetAt: event.data.resetAt }) } }
    case 'box.attested': {
      const { workspace: _real, ...box } = event.data
      return { ...next, box: { ...box, notes: box.notes.slice(0, 8) } }
    }
    case 'host.attached': return { ...next, host: { id: event.data.host, epoch: event.data.epoch, name: event.data.name, attached: true } }
    case 'host.lost': return view.host === undefined ? next : { ...next, host: { ...view.host, attached: false } }
    case 'unsupported': return { ...next, counts: { ...view.counts, unsupported: view.counts.unsupported + 1 } }
    case 'interrupt.requested': return view.turn === undefined ? next : { ...next, turn: { ...view.turn, stopping: true } }
    case 'session.forked': case 'part.imported': case 'turn.steered': case 'message.completed': case 'tool.released': case 'harness.exited': case 'harness.forgot':
    case 'context.compacted': case 'notice.given': case 'money.reserved': case 'money.released': case 'policy.changed': case 'grant.made': case 'grant.revoked': case 'file.changed':
    case 'checkpoint.made': case 'checkpoint.failed': case 'secret.used': case 'inbox.delivered': case 'inbox.returned': case 'debate.started': case 'debate.advanced': case 'debate.ended': return next
    case 'worktree.made': return { ...next, workspace: { mode: 'worktree', path: event.data.path }, branch: event.data.branch }
    case 'worktree.collected': return { ...next, work: event.data.result }
    case 'child.spawned': return { ...next, children: [...(view.children ?? []), { session: event.data.child, handle: event.data.handle, agent: event.data.agent, title: event.data.title.slice(0, viewBounds.choiceTitle), ...(event.data.debate === undefined ? {} : { debate: event.data.debate }) }].slice(-viewBounds.children) }
    case 'inbox.posted': return { ...next, children: (view.children ?? []).map((child) => (child.session === event.data.child ? { ...child, outcome: event.data.outcome } : child)) }
    case 'net.decided': return { ...next, network: countDecided(view.network, event.data, event.at) }
    case 'net.summary': return { ...next, network: countSummary(view.network, event.data) }
    case 'restore.requested': return { ...next, restoring: (view.restoring ?? 0) + 1 }
    case 'checkpoint.restored': return restored(next)
    default: return assertNever(event)
  }
}

/** The list itself where the call is not in it: most are not. */
const withoutCall = ({ waitingCalls }: SessionView, call: string) => (waitingCalls.includes(call) ? waitingCalls.filter((each) => each !== call) : waitingCalls)

function applyFork(view: SessionView, event: EventOf<'session.forked'>): SessionView {
  const { from } = event.data
  // The prefix was folded under the source's lane; from here the fork's own lane carries it on.
  const { turn: _turn, host: _host, box: _box, limited: _limited, switching: _switching, restoring: _restoring, network: _network, ...kept } = view
  return {
    ...kept, tree: event.tree, session: event.session, seq: event.seq, updatedAt: event.at, createdAt: event.at,
    ...opening(event.data), titled: view.titled || event.data.title !== undefined,
    title: event.data.title ?? view.title, archived: false,
    queue: [], queueHeld: false, asks: [], waitingCalls: [], forkedFrom: { tree: from.tree, session: from.session, seq: from.seq },
    // Bills and requests count a tree's own events only.
    usage: noTokens, money: noMoney,
  }
}

function opening(data: EventData<'session.created'> | EventData<'session.forked'>) {
  return {
    agent: { name: data.agent.name, hash: data.agent.hash },
    harness: data.harness,
    ...(data.model === undefined ? {} : { model: data.model }),
    ...(data.effort === undefined ? {} : { effort: data.effort }),
    workspace: data.workspace,
    ...(data.sandbox === undefined ? {} : { sandbox: data.sandbox }),
    ...(data.title === undefined ? {} : { title: data.title, titled: true }),
  }
}

function applyQueue(view: SessionView, event: EventOf<'queue.added' | 'queue.changed' | 'queue.moved' | 'queue.removed'>): SessionView {
  const { prompt } = event.data
  switch (event.type) {
    case 'queue.added':
      return { ...view, queueHeld: false, queue: [...view.queue, { prompt, ...preview(event.data.text), ...(event.data.attachments === undefined ? {} : { attachments: event.data.attachments }), by: event.by }] }
    case 'queue.changed': {
      const { text } = event.data
      return { ...view, queue: view.queue.map((entry) => (entry.prompt === prompt ? { ...entry, ...preview(text) } : entry)) }
    }
    case 'queue.removed': return { ...view, queue: view.queue.filter((entry) => entry.prompt !== prompt) }
    case 'queue.moved': return { ...view, queue: movedBefore(view.queue, prompt, event.data.before) }
    default: return assertNever(event)
  }
}

/** Moves the entry `prompt` before `before`, or to the end. An unknown id changes nothing. */
export function movedBefore<Entry extends { readonly prompt: string }>(queue: readonly Entry[], prompt: string, before: string | null): Entry[] {
  const entry = queue.find((candidate) => candidate.prompt === prompt)
  if (entry === undefined || prompt === before) return [...queue]
  const rest = queue.filter((candidate) => candidate !== entry)
  const found = rest.findIndex((candidate) => candidate.prompt === before)
  return rest.toSpliced(found === -1 ? rest.length : found, 0, entry)
}

function restored({ restoring = 0, ...view }: SessionView): SessionView {
  return restoring > 1 ? { ...view, restoring: restoring - 1 } : view
}

function startTurn(view: SessionView, event: EventOf<'turn.started'>): SessionView {
  const { prompt, text, host, harness, model } = event.data
  const { lastOutcome: _last, limited: _limited, ...rest } = view
  return {
    ...rest, harness, ...(model === undefined ? {} : { model }),
    queue: view.queue.filter((entry) => entry.prompt !== prompt), queueHeld: false,
    title: view.titled || view.counts.turns > 0 ? view.title : titleFrom(text),
    turn: { turn: event.turn ?? '', prompt, startedAt: event.at, host, openCalls: 0, stopping: false },
    counts: { ...view.counts, turns: view.counts.turns + 1 },
  }
}

function endTurn(view: SessionView, event: EventOf<'turn.ended'>): SessionView {
  const { turn: _turn, limited: _limited, ...rest } = view
  return {
    // What is kept aside waits for a person beyond the turn: nothing else does.
    ...rest, asks: view.asks.filter((ask) => ask.about !== undefined), waitingCalls: [], lastOutcome: { turn: event.turn ?? '', ...event.data },
    queueHeld: event.data.outcome !== 'completed' && view.queue.length > 0,
  }
}

/** First line of the first prompt, cut at a word near 60 characters. */
export function titleFrom(prompt: string): string {
  const line = prompt.trim().split(/\r?\n/, 1)[0] ?? ''
  if (line.length <= 60) return line === '' ? 'New session' : line
  const cut = line.slice(0, 60)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), 30))}…`
}

/** @param isTool false for a request: it is open like a call, and no call of a tool */
function countCall(view: SessionView, change: 1 | -1, isTool = true): SessionView {
  return {
    ...view,
    ...(view.turn === undefined ? {} : { turn: { ...view.turn, openCalls: Math.max(0, view.turn.openCalls + change) } }),
    counts: change === 1 && isTool ? { ...view.counts, calls: view.counts.calls + 1 } : view.counts,
  }
}

function openAsk(event: EventOf<'approval.requested'>) {
  const { approval, call, digest, title, rules, expiresAt, offers, about } = event.data
  // A pattern too long to be read is none to be asked about.
  const shown = offers !== undefined && JSON.stringify(offers).length <= viewBounds.askOffers ? { offers } : {}
  const asking = rules.slice(0, 8).map(({ because: _events, actions: _places, ...rule }) => rule)
  return { approval, call, digest, title: title.slice(0, viewBounds.askTitle), rules: asking, ...(expiresAt === undefined ? {} : { expiresAt }), ...shown, ...(about === undefined ? {} : { about }), at: event.at }
}

function withStarted(view: SessionView, data: EventData<'harness.started'>): SessionView {
  return { ...view, harness: data.harness, version: data.version, ...(data.model === undefined ? {} : { model: data.model }) }
}

function withoutSwitching({ switching: _made, ...rest }: SessionView): SessionView {
  return rest
}

/** What the old program told of itself, its context among it, no longer holds. */
function switched(view: SessionView, { from, harness, model, effort }: EventData<'harness.switched'>): SessionView {
  const { switching: _made, model: _before, effort: _old, context: _context, ...rest } = view
  const offers = from === harness ? view.offers : { commands: [], models: [] }
  return { ...rest, harness, offers, ...(model === undefined ? {} : { model }), ...(effort === undefined ? {} : { effort }) }
}

function offered(view: SessionView, { commands, models }: EventData<'harness.offered'>): SessionView['offers'] {
  const bounded = (choices: SessionView['offers']['models'] | undefined) => choices?.slice(0, viewBounds.choices).map(({ id, title }) => ({ id, title: title.slice(0, viewBounds.choiceTitle) }))
  return { commands: bounded(commands) ?? view.offers.commands, models: bounded(models) ?? view.offers.models }
}

function definedContext(context: { used: number; window?: number | undefined }) {
  return context.window === undefined ? { used: context.used } : { used: context.used, window: context.window }
}

function mergeLabels(labels: Record<string, string>, change: Record<string, string | null>): Record<string, string> {
  const merged = Object.entries({ ...labels, ...change }).filter((entry): entry is [string, string] => entry[1] !== null)
  return Object.fromEntries(merged.slice(0, viewBounds.labels))
}

function preview(text: string): { text: string; chars: number } {
  return { text: text.slice(0, viewBounds.queueText), chars: text.length }
}

function assertNever(value: never): never {
  throw new TypeError(`unexpected event ${JSON.stringify(value)}`)
}
