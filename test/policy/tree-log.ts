import type { Action } from '../../src/spec/actions.ts'
import type { EventData, EventType, SessionEvent } from '../../src/spec/events/session-event.ts'
import type { RuleVerdict } from '../../src/spec/events/turn-data.ts'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import { compilePolicies } from '../../src/policy/compile-policies.ts'
import type { Answer } from '../../src/policy/decide.ts'
import type { Planes } from '../../src/policy/facts.ts'
import type { SecretByRule } from '../../src/policy/net/secrets-of.ts'
import type { NetRequest, RefUpdate } from '../../src/spec/net/net-request.ts'
import { type DecisionInputs, type PolicyFold, startPolicyFold } from '../../src/policy/policy-fold.ts'

export interface Levels {
  readonly server?: readonly Policy[]
  readonly agent?: readonly Policy[]
  readonly session?: readonly Policy[]
}

export const noPlanes: Planes = { wire: false, kernel: false, restore: true }
export const home = '/home/ann'
export const workspace = '/home/ann/app'

/** A tree's log as policies see it, written by hand: numbered events without their chain, and the fold that follows them. */
export function treeLog({ server = [], agent = [], session = [] }: Levels, planes: Planes = noPlanes) {
  const events: SessionEvent[] = []
  const inForce = [compilePolicies('session', session)]
  const fold = startPolicyFold(compilePolicies('server', server), inForce)
  let now = Date.UTC(2026, 10, 25, 12)
  let calls = 0
  const emit = <Type extends EventType>(type: Type, data: EventData<Type>, lane = 'root', turn: string | undefined = 't1') => {
    const seq = events.length + 1
    const event = { tree: 'root', seq, session: lane, at: now, type, v: 1, by: { kind: 'engine', id: 'engine' }, cause: seq - 1, data, prev: '', hash: '', ...(turn === undefined ? {} : { turn }) } as unknown as SessionEvent
    events.push(event)
    fold.advance(event)
    return seq
  }
  const open = (lane: string, parent?: string, name = 'coder', policies: readonly Policy[] = agent) => emit('session.created', {
    agent: { name, hash: 'h', spec: { policies: policies as never } }, harness: 'scripted', workspace: { mode: 'here', path: workspace }, ...(parent === undefined ? {} : { parent }),
  }, lane, undefined)
  open('root')
  emit('host.attached', { host: 'h', epoch: 'e', name: 'here', home }, 'root', undefined)
  if (session.length > 0) emit('policy.changed', { level: 'session', hash: 'x', policies: session as never }, 'root', undefined)

  const inputs = (): DecisionInputs => ({ now, planes })
  const ask = (actions: readonly Action[], lane = 'root', more: Partial<DecisionInputs> = {}): Answer => fold.decide({ session: lane, tool: 'tool', actions, turn: 't1' }, { ...inputs(), ...more })

  /** Proposes a call and does with it what the verdict says; `approve` is the answer to a card. */
  function call(actions: readonly Action[], options: CallOptions = {}): Answer & { readonly ran: boolean } {
    const { lane = 'root', more = {} } = options
    return carryOut(actions, ask(actions, lane, more), options)
  }

  /** The same of a request at the gateway of its session, as the engine asks about it. */
  function send(request: NetRequest, options: Pick<CallOptions, 'approve'> = {}): Answer & { readonly ran: boolean; readonly secrets: readonly SecretByRule[] } {
    const { asked, secrets } = fold.requested(request, inputs(), 't1')
    return { ...carryOut(asked.actions, fold.decide(asked, inputs()), { ...options, lane: request.session, request: request.id }), secrets }
  }

  function carryOut(actions: readonly Action[], answer: Answer, { lane = 'root', approve = true, exitCode = 0, outcome = 'ok' as const, files = [], request }: CallOptions & { readonly request?: string }): Answer & { readonly ran: boolean } {
    const id = `c${++calls}`
    const { permit } = answer
    emit('tool.proposed', { call: id, tool: 'tool', title: '', input: { text: '' }, actions: [...actions], gated: true, ...(request === undefined ? {} : { request }) }, lane)
    emit('policy.decided', { call: id, verdict: answer.verdict, rules: [...answer.rules], digest: id, policyHash: fold.hash(lane), inputs: {}, ...(permit === undefined ? {} : { permit: { call: permit.call, actions: [...permit.actions] } }) }, lane)
    const refuse = () => {
      emit('tool.completed', { call: id, outcome: 'denied', output: { text: '' } }, lane)
      return { ...answer, ran: false }
    }
    if (answer.verdict === 'deny') return refuse()
    if (answer.verdict === 'ask') {
      emit('approval.requested', { approval: `a${id}`, call: id, digest: id, title: '', rules: answer.rules.filter((rule: RuleVerdict) => rule.verdict === 'ask') }, lane)
      emit('approval.answered', { approval: `a${id}`, answer: approve ? 'allow' : 'deny' }, lane)
      if (!approve) return refuse()
    }
    emit('tool.released', { call: id }, lane)
    if (files.length > 0) emit('file.changed', { call: id, changes: [...files] }, lane)
    emit('tool.completed', { call: id, outcome, output: { text: '' }, exitCode }, lane)
    return { ...answer, ran: true }
  }

  return {
    events, fold, emit, open, ask, call, send,
    pass: (ms: number) => void (now += ms),
    at: (time: number) => void (now = time),
    get now() {
      return now
    },
    spend: (usd: number | null, { lane = 'root', model = 'model-1', tokens = 0, reservation }: { lane?: string; model?: string; tokens?: number; reservation?: string } = {}) => emit('money.settled', {
      step: `s${events.length}`, model, usage: { input: tokens, output: 0 }, microUsd: usd === null ? null : Math.round(usd * 1e6), source: 'reported', ...(reservation === undefined ? {} : { reservation }),
    }, lane),
  }
}

interface CallOptions {
  readonly lane?: string
  readonly approve?: boolean
  readonly exitCode?: number
  readonly outcome?: 'ok'
  readonly files?: EventData<'file.changed'>['changes']
  readonly more?: Partial<DecisionInputs>
}

export type TreeLog = ReturnType<typeof treeLog>
export type { PolicyFold }

export const exec = (line: string, more: Partial<Extract<Action, { kind: 'exec' }>> = {}): Action => ({ kind: 'exec', command: line, argv: line.split(' '), outbound: 'unknown', ...more })
export const opaque = (line: string): Action => ({ kind: 'exec', command: line, outbound: 'unknown', opaque: ['a reason'] })
export const push = (more: Partial<Extract<Action, { kind: 'git.push' }>> = {}): Action => ({ kind: 'git.push', repo: 'example.org/acme/app', ref: 'main', force: false, delete: false, tag: false, outbound: true, ...more })
export const install = (...names: string[]): Action => ({ kind: 'package.install', manager: 'npm', names, outbound: true })
export const write = (path: string, more: Partial<Extract<Action, { kind: 'file.write' }>> = {}): Action => ({ kind: 'file.write', path, outbound: false, ...more })
export const read = (path: string): Action => ({ kind: 'file.read', path, outbound: false })
export const remove = (path: string): Action => ({ kind: 'file.delete', path, outbound: false })
export const request = (method: string, url: string): Action => {
  const { protocol, hostname, pathname } = new URL(url)
  return { kind: 'net.request', scheme: protocol.slice(0, -1), host: hostname, method, path: pathname, outbound: true }
}

/** A request of the root's gateway. */
export const wire = (method: string, url: string, more: Partial<NetRequest> = {}): NetRequest => {
  const { protocol, hostname, port, pathname } = new URL(url)
  return { session: 'root', id: `${method} ${url}`, scheme: protocol === 'http:' ? 'http' : 'https', host: hostname, port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port), method, path: pathname, ...more }
}
/** A push of refs by their full names; those that begin with `:` are deleted. */
export const wirePush = (refs: readonly string[], more: Partial<NetRequest> = {}, repo = 'acme/app'): NetRequest => wire('POST', `https://example.org/${repo}.git/git-receive-pack`, {
  gitPush: { repo, refs: refs.map((ref): RefUpdate => ({ ref: ref.replace(/^:/, ''), old: '1'.repeat(40), new: (ref.startsWith(':') ? '0' : '2').repeat(40), create: false, delete: ref.startsWith(':') })) }, ...more,
})
