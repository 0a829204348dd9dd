/**
 * Permits: what was decided at the tool gate is not asked again on the wire.
 *
 * A call that passed the gate and is let go leaves a permit for each of its actions that the wire will see again: its pushes, what it
 * publishes, its requests. A request at the gateway that is inside of one call's permits passes what *asks*, and uses them up. What denies,
 * denies. A dry run is no such action and leaves none. One request uses permits of one call only: with all its refs inside, or none.
 *
 * What the gate did not know was seen by nobody, so a permit stands for the gate's judgement and for no more, rule by rule:
 * - A rule that could not be judged at the gate (`ref: main` of a push whose ref was not known) is asked on the wire, where it is known.
 * - A rule that holds on the wire for certain and did not hold at the gate speaks of something that differs: it is asked.
 * - A rule that could be judged at the gate and not here (nobody sees on the wire whether a push forces) is not asked again.
 * - The request that carries a push or a package is that push in other words: what asks about it is not asked again.
 * - A push to a repository that was not known leaves no permit. With a ref, a package's name or a forge's path that was not known it leaves
 *   one only where a person said yes to the call (on its card, or by a grant): they saw that it is not known; for packages
 *   only to the registry that the program takes by itself. Tags are covered only by what says that it pushes tags, deletions only by what deletes.
 * - A secret that goes into the request was never seen at the gate.
 *
 * A permit is good for ten minutes from the call's release, once, in its own session, and void when a policy or a grant changes meanwhile.
 */
import type { Action } from '../../spec/actions.ts'
import type { Rule } from '../compile-policies.ts'
import { unknownHost } from '../conditions/read-field.ts'
import type { Facts } from '../facts.ts'
import { isOwnRegistry, publishesTo } from './published-package.ts'
import { authorityOf, usualPort } from '../../spec/net/usual-port.ts'

export const permitMs = 600_000

/** What a call may still do on the wire. Plain JSON, changed in place. */
export interface OpenPermit {
  readonly session: string
  readonly call: string
  /** The event that released the call, and when (epoch ms). */
  readonly seq: number
  readonly at: number
  /** A person said yes to the call, on its card or by a grant. */
  readonly yes: boolean
  /** Its program is a forge's, which names the service and not what it will ask of it. */
  readonly forge: boolean
  /** Actions that are not used up, by their place in the call. */
  readonly actions: Record<string, Signed>
}

/** By `session/call`, oldest first. */
export type Permits = Record<string, OpenPermit>

type Signed = Extract<Action, { kind: 'git.push' | 'package.publish' | 'net.request' }>

/** What one request uses of a permit. */
export interface UsedPermit {
  readonly call: string
  readonly seq: number
  /** Places of the call's actions that it uses up; none for what git asks before a push. */
  readonly actions: readonly number[]
  /** For each action of the request: what was judged at the gate in its place; absent where nothing was. */
  readonly judged: readonly (Signed | 'carrier' | undefined)[]
}

const maxPermits = 64

/** A call is let go: what of it the wire will see again. */
export function mintPermit(permits: Permits, call: Omit<OpenPermit, 'actions' | 'forge'> & { readonly actions: readonly Action[] }): void {
  const actions = Object.fromEntries(call.actions.flatMap((action, place): [string, Signed][] => (isSigned(action) ? [[String(place), action]] : [])))
  if (Object.keys(actions).length === 0) return
  for (const [key, { at }] of Object.entries(permits)) if (at <= call.at - permitMs) delete permits[key]
  const forge = call.actions.some((action) => action.kind === 'exec' && /(?:^|\/)(?:gh|hub)$/.test((action.argv ?? action.prefix ?? [])[0] ?? ''))
  permits[`${call.session}/${call.call}`] = { session: call.session, call: call.call, seq: call.seq, at: call.at, yes: call.yes, forge, actions }
  for (const key of Object.keys(permits).slice(0, -maxPermits)) delete permits[key]
}

/** Everything that was decided is to be decided again. */
export function voidPermits(permits: Permits): void {
  for (const key of Object.keys(permits)) delete permits[key]
}

export function usePermit(permits: Permits, session: string, { call, actions }: { readonly call: string; readonly actions: readonly number[] }): void {
  const permit = permits[`${session}/${call}`]
  if (permit === undefined) return
  for (const place of actions) delete permit.actions[String(place)]
  if (Object.keys(permit.actions).length === 0) delete permits[`${session}/${call}`]
}

/** The permit that a request is inside of: the oldest. Reads, and uses nothing up. */
export function permitFor(permits: Permits, request: { readonly session: string; readonly actions: readonly Action[]; readonly now: number }): UsedPermit | undefined {
  for (const permit of Object.values(permits)) {
    if (permit.session !== request.session || permit.at <= request.now - permitMs) continue
    const used = coverOf(permit, request.actions)
    if (used !== undefined) return { call: permit.call, seq: permit.seq, ...used }
  }
  return undefined
}

/** Whether the gate's judgement answers what `rule` asks about an action of the request: see above. */
export function isAnswered(judged: UsedPermit['judged'][number], rule: Rule, facts: Facts): boolean {
  if (judged === undefined) return false
  if (judged === 'carrier') return true
  const then = rule.match({ ...facts, action: judged })
  return then === true || (then === false && rule.match(facts) === 'unknown')
}

function isSigned(action: Action): action is Signed {
  switch (action.kind) {
    case 'git.push': return action.repo !== undefined
    case 'package.publish': return true
    case 'net.request': return action.host !== unknownHost && action.method !== undefined
    default: return false
  }
}

function coverOf(permit: OpenPermit, request: readonly Action[]): Pick<UsedPermit, 'actions' | 'judged'> | undefined {
  const [carrier] = request
  if (carrier?.kind !== 'net.request') return undefined
  const kind = ['git.push', 'package.publish'].find((each) => request.some((action) => action.kind === each)) ?? 'net.request'
  const found = new Map<number, Signed>()
  const used = new Set<number>()
  for (const [index, action] of request.entries()) {
    if (action.kind !== kind) continue
    // A push that names no ref covers all of one request; one that does covers that ref once.
    const cover = Object.entries(permit.actions).find(([place, signed]) => (!used.has(Number(place)) || namesNoRef(signed)) && covers(permit, signed, action, carrier))
    if (cover === undefined) return kind === 'net.request' ? coverOfQuestion(permit, carrier, request) : undefined
    found.set(index, cover[1])
    used.add(Number(cover[0]))
  }
  return { actions: [...used], judged: request.map((_, index) => found.get(index) ?? (index === 0 ? 'carrier' : undefined)) }
}

const namesNoRef = (signed: Signed): boolean => signed.kind === 'git.push' && signed.ref === undefined

/** What git asks of a repository before it pushes there uses nothing up: the push is still to come. */
function coverOfQuestion({ actions }: OpenPermit, carrier: Extract<Action, { kind: 'net.request' }>, request: readonly Action[]): Pick<UsedPermit, 'actions' | 'judged'> | undefined {
  if (carrier.refs?.length !== 0) return undefined
  const path = (carrier.path ?? '').replace(/\/(?:info\/refs|git-receive-pack)\/?$/i, '').replace(/^\//, '').replace(/\.git$/, '')
  const { scheme = 'https', host, port } = carrier
  const repo = `${authorityOf({ scheme, host, port })}/${path}`
  const isOpen = Object.values(actions).some((signed) => signed.kind === 'git.push' && signed.repo === repo)
  return isOpen ? { actions: [], judged: request.map((_, index) => (index === 0 ? 'carrier' : undefined)) } : undefined
}

function covers(permit: OpenPermit, signed: Signed, action: Action, carrier: Extract<Action, { kind: 'net.request' }>): boolean {
  if (signed.kind === 'git.push') return action.kind === 'git.push' && coversPush(permit, signed, action)
  if (signed.kind === 'net.request') return action.kind === 'net.request' && coversRequest(permit, signed, action)
  if (action.kind !== 'package.publish' || !publishesTo(signed.manager, action.manager)) return false
  if (signed.name !== undefined) return action.name === signed.name || action.name === `${signed.name}:latest`
  return permit.yes && isOwnRegistry(action.manager, carrier.host)
}

function coversPush({ yes }: OpenPermit, signed: Extract<Signed, { kind: 'git.push' }>, action: Extract<Signed, { kind: 'git.push' }>): boolean {
  if (signed.repo !== action.repo || (action.tag !== false && signed.tag !== true)) return false
  if (signed.ref === undefined) return yes && (action.delete === false || signed.delete === true)
  return signed.ref === action.ref && (signed.delete === true) === (action.delete !== false)
}

function coversRequest({ yes, forge }: OpenPermit, signed: Extract<Signed, { kind: 'net.request' }>, action: Extract<Signed, { kind: 'net.request' }>): boolean {
  const { scheme = 'https', host, port = usualPort(scheme), method = '', path = '/' } = signed
  if (scheme !== action.scheme || host !== action.host || port !== action.port || method.toUpperCase() !== action.method) return false
  return (signed.path !== undefined && path.replace(/\?.*$/s, '') === action.path) || (forge && yes && path === '/')
}
