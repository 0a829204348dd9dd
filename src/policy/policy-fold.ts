import { z } from 'zod'
import { hashJson } from '../base/hash-json.ts'
import type { Action } from '../spec/actions.ts'
import { expandNetwork } from '../spec/agent/expand-network.ts'
import { SandboxSection } from '../spec/agent/sandbox-section.ts'
import type { EventData, SessionEvent } from '../spec/events/session-event.ts'
import type { NetRequest } from '../spec/net/net-request.ts'
import { type Policy, policySchemas, type SecretKind } from '../spec/policy/policy-schema.ts'
import { policyTypeOf } from '../spec/policy/subjects.ts'
import type { Level } from '../spec/policy/words.ts'
import { type Chronicle, actorOf, emptyChronicle, knownCall, lineage, readHappenings, withOwner } from './chronicle.ts'
import { type CompiledList, compilePolicies } from './compile-policies.ts'
import { type Answer, actionsOf, decide, type ListInForce, type Question } from './decide.ts'
import { type Facts, noPlanes, type Planes } from './facts.ts'
import { type Grant, makeGrant } from './grants.ts'
import type { ByScope, History, Moment } from './history.ts'
import { netActions } from './net/net-actions.ts'
import { permitFor } from './net/permits.ts'
import { type SecretByRule, secretsOf } from './net/secrets-of.ts'

/** Facts of a decision that are not in the tree's log; stored with it, so that a replay reads nothing else. */
export interface DecisionInputs {
  /** Epoch milliseconds. */
  readonly now: number
  readonly planes: Planes
  readonly secrets?: readonly SecretKind[]
  readonly ledger?: Moment['ledger']
  readonly hostSets?: Readonly<Record<string, readonly string[]>>
}

export interface Asked {
  readonly session: string
  readonly tool: string
  readonly actions: readonly Action[]
  readonly turn?: string
  /** It is a request at the session's gateway: nothing comes later that would see more of it, and a permit may let it pass. */
  readonly request?: boolean
}

/** The part of the fold that has to be kept: plain JSON. */
interface Saved {
  readonly seq: number
  readonly chronicle: Chronicle
  /** By list hash: for each rule the states of its histories. */
  readonly states: Record<string, ByScope<unknown>[][]>
  /** By session: hashes of the lists that are its own, and what of its own is switched off. */
  readonly own: Record<string, { agent?: string; session?: string; off?: readonly unknown[] }>
  /** Lists that stand in the log, by hash. */
  readonly lists: Record<string, { readonly level: Level; readonly policies: readonly Policy[] }>
  readonly grants: Record<string, EventData<'grant.made'> & { readonly session: string }>
}

/**
 * The policies of one tree and what they remember of its log. `advance` takes every event once, in order, in constant time;
 * `decide` reads nothing but what it was told.
 */
export interface PolicyFold {
  /** Number of the last event it has seen. */
  readonly seq: number
  /** Hash of the server's policies it follows. */
  readonly server: string
  advance(event: SessionEvent): void
  /** Some list counts what other trees spend too. */
  readonly countsWide: boolean
  /** Lists in force that have not seen the whole log, because they were put in force in the middle of it: decide nothing before `startPolicyFold` has seen it again. */
  readonly behind: readonly CompiledList[]
  /** @param lists instead of those in force; each must be known since the start of the log */
  decide(asked: Asked, inputs: DecisionInputs, lists?: readonly CompiledList[]): Answer
  /** The same, not decided yet: for whoever wants to know why. */
  question(asked: Asked, inputs: DecisionInputs, lists?: readonly CompiledList[]): { readonly lists: readonly ListInForce[]; readonly question: Question }
  /**
   * What is to be decided about a request of the session's gateway, before it is proposed: its actions, with the secrets that policies put into it,
   * which go with the verdict if it is let through.
   */
  requested(request: NetRequest, inputs: DecisionInputs, turn?: string): { readonly asked: Asked; readonly secrets: readonly SecretByRule[] }
  /** SHA-256 of every list in force for a session: part of each digest, so that an approval is void when the rules change. */
  hash(session: string): string
  /** The lists in force for a session: its own and those of the sessions that started it, then their agents', then the server's. */
  inForce(session: string): readonly CompiledList[]
  /** The session's own list, when it has one. */
  own(session: string): CompiledList | undefined
  /** The session's own policies that are switched off. */
  off(session: string): readonly Policy[]
  grants(session: string): readonly Grant[]
  /** A call that is open, or was until lately. */
  call(session: string, call: string): ReturnType<typeof knownCall>
  /** For a snapshot; read again by `startPolicyFold`. */
  save(): unknown
}

/**
 * @param server the server's policies as they are now
 * @param known lists that will come into force in this log: so they see all of it
 * @param saved what `save` of a fold of the same tree gave
 */
export function startPolicyFold(server: CompiledList, known: readonly CompiledList[] = [], saved?: unknown): PolicyFold {
  const memory: Saved & { seq: number } = saved === undefined ? { seq: 0, chronicle: emptyChronicle(), states: {}, own: {}, lists: {}, grants: {} } : restored(saved as Saved) // Proof: written by `save`.
  const compiled = new Map<string, CompiledList>()
  const shared = new Map<string, ByScope<unknown>[]>()
  const advancing = new Map<ByScope<unknown>, History<ByScope<unknown>>>()
  for (const list of [server, ...known]) track(list)
  for (const { level, policies } of Object.values(memory.lists)) track(compilePolicies(level, policies))
  const made = new Map<string, Grant>()

  /** Nothing happened before a first event; later lists have to see it. The same rule in several lists remembers once. */
  function remember(list: CompiledList): void {
    if (memory.seq === 0) {
      memory.states[list.hash] ??= list.rules.map(({ hash, histories }) => {
        const states = shared.get(hash) ?? histories.map((history) => history.start())
        shared.set(hash, states)
        return states
      })
    }
    for (const [index, { histories }] of list.rules.entries()) {
      for (const [place, history] of histories.entries()) {
        const state = memory.states[list.hash]?.[index]?.[place]
        if (state !== undefined) advancing.set(state, history)
      }
    }
  }

  function track(list: CompiledList): CompiledList {
    const same = compiled.get(list.hash)
    if (same !== undefined) return same
    compiled.set(list.hash, list)
    remember(list)
    return list
  }

  function put(session: string, level: 'agent' | 'session', policies: readonly Policy[]): void {
    const list = track(compilePolicies(level, policies))
    memory.lists[list.hash] ??= { level, policies: list.rules.map(({ policy }) => policy) }
    memory.own[session] = { ...memory.own[session], [level]: list.hash }
  }

  function begin(event: SessionEvent): void {
    if (event.type === 'session.created' || event.type === 'session.forked') put(event.session, 'agent', agentPolicies(event.data.agent.spec))
    if (event.type === 'session.forked') carryOver(event.data.from.session, event.session)
    if (event.type === 'policy.changed' && event.data.level === 'session') {
      put(event.session, 'session', readPolicies(event.data.policies))
      memory.own[event.session] = { ...memory.own[event.session], off: event.data.off ?? [] }
    }
    if (event.type === 'grant.made') memory.grants[event.data.grant] = { ...event.data, session: event.session }
    if (event.type === 'grant.revoked') delete memory.grants[event.data.grant]
  }

  function carryOver(from: string, to: string): void {
    const { session, off } = memory.own[from] ?? {}
    if (session !== undefined) memory.own[to] = { ...memory.own[to], session, ...(off === undefined ? {} : { off }) }
    // What a person allowed there holds there.
    for (const [id, grant] of Object.entries(memory.grants)) if (grant.session === from) delete memory.grants[id]
  }

  const listsOf = (session: string): CompiledList[] => {
    const line = lineage(memory.chronicle, session).map((each) => memory.own[each])
    const hashes = [...line.map((own) => own?.session), ...line.map((own) => own?.agent)].filter((hash) => hash !== undefined)
    return [...[...new Set(hashes)].flatMap((hash) => compiled.get(hash) ?? []), server]
  }

  const grantsOf = (session: string): Grant[] => Object.values(memory.grants).filter((grant) => grant.session === session).map((data) => {
    const grant = made.get(data.grant) ?? makeGrant({ id: data.grant, ruleId: data.rule, rule: data.hash, kind: data.kind, pattern: data.pattern as Grant['pattern'], scope: data.scope }) // Proof: checked by the command that made it.
    made.set(data.grant, grant)
    return grant
  })

  function questionOf({ session, tool, actions, turn, request = false }: Asked, inputs: DecisionInputs, lists: readonly CompiledList[] = listsOf(session)) {
    const actor = actorOf(memory.chronicle, session)
    const inForce: ListInForce[] = lists.map((list) => ({ list, state: memory.states[list.hash] ?? [] }))
    const facts = actionsOf(tool, actions).map((action): Facts => ({
      action: withOwner(memory.chronicle, actor, action), actor, now: inputs.now, planes: request ? noPlanes : inputs.planes, secrets: inputs.secrets, hostSets: inputs.hostSets ?? {},
    }))
    const occasion = { at: inputs.now, actor, turn: turn ?? memory.chronicle.turns[session] }
    const permit = request ? permitFor(memory.chronicle.permits, { session, actions, now: inputs.now }) : undefined
    return { lists: inForce, question: { facts, occasion, ledger: inputs.ledger ?? {}, grants: grantsOf(session), ...(permit === undefined ? {} : { permit }) } }
  }

  return {
    get seq() {
      return memory.seq
    },
    server: server.hash,
    get countsWide() {
      return [...compiled.values()].some((list) => list.countsWide)
    },
    get behind() {
      return [...compiled.values()].filter((list) => memory.states[list.hash] === undefined)
    },
    advance(event) {
      begin(event)
      for (const happening of readHappenings(memory.chronicle, event)) {
        for (const [state, history] of advancing) history.advance(state, happening)
      }
      memory.seq = event.seq
    },
    decide(asked, inputs, lists) {
      const { lists: inForce, question } = questionOf(asked, inputs, lists)
      return decide(inForce, question)
    },
    question: questionOf,
    requested(request, inputs, turn) {
      const plain: Asked = { session: request.session, tool: 'network', actions: netActions(request), request: true, ...(turn === undefined ? {} : { turn }) }
      const { lists, question } = questionOf(plain, inputs)
      const secrets = secretsOf(lists, question)
      return { asked: { ...plain, actions: netActions(request, secrets.map(({ secret }) => secret)) }, secrets }
    },
    hash: (session) => hashJson(listsOf(session).map((list) => list.hash)),
    inForce: listsOf,
    off: (session) => readPolicies(memory.own[session]?.off ?? []),
    own: (session) => compiled.get(memory.own[session]?.session ?? ''),
    grants: grantsOf,
    call: (session, call) => knownCall(memory.chronicle, session, call),
    save: () => structuredClone(memory),
  }
}

/** What is kept by now and was not when it was saved has been empty. */
const restored = (saved: Saved): Saved => ({ ...structuredClone(saved), chronicle: { ...emptyChronicle(), ...structuredClone(saved.chronicle) } })

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** The policies of a pinned agent: its list, and what its `sandbox.network` stands for. A section that this version cannot read lets nothing out. */
export function agentPolicies(spec: Readonly<Record<string, unknown>>): Policy[] {
  const own = readPolicies(listOf(spec['policies']))
  const sandbox = z.object({ network: SandboxSection.shape.network }).optional().safeParse(spec['sandbox'])
  if (!sandbox.success) return [...own, { name: 'sandbox.network#unreadable', type: 'network', action: 'deny', message: 'The network section of this agent is of a newer version: upgrade omnigent to go on.' }]
  return [...own, ...expandNetwork(sandbox.data?.network)]
}

/** Policies of a log. One that this version cannot read might forbid anything: it denies everything, by name. */
export function readPolicies(raw: readonly unknown[]): Policy[] {
  const schemas = policySchemas()
  return raw.map((each, index) => {
    const type = typeof each === 'object' && each !== null && 'type' in each ? policyTypeOf(String(each.type)) : undefined
    const read = type === undefined ? undefined : schemas(type).safeParse({ ...each as object, type })
    return read?.success === true ? read.data : { name: `unreadable-${index + 1}`, type: 'tool', action: 'deny', message: 'A policy of this session is of a newer version: upgrade omnigent to go on.' }
  })
}
