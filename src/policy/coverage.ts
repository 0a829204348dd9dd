import type { ActionKind } from '../spec/actions.ts'
import type { HarnessCapabilities } from '../spec/ports/harness.ts'
import { AppError } from '../spec/app-error.ts'
import { listWords } from '../spec/yaml/problem.ts'
import type { Rule } from './compile-policies.ts'
import { noPlanes, type Planes } from './facts.ts'
import { fileReach } from './file-reach.ts'
import { spokenKinds } from './spoken-kinds.ts'

/** Places where a policy can be kept, in the order in which an action meets them. */
export const planes = ['tool gate', 'model gateway', 'kernel', 'egress gateway', 'change feed'] as const
export type Plane = (typeof planes)[number]

/** Where a session runs, as far as it matters for what can be enforced. */
export interface EnforcementPlace {
  readonly gate: HarnessCapabilities['gate']
  readonly planes: Planes
}

/**
 * What a plane does about a rule. `blocks`: everything that the rule speaks of and this plane is for passes it and can be stopped.
 * `partly`: some of it passes unseen. `absent`: the plane is for it, and this session has none.
 */
export interface PlaneUse {
  readonly plane: Plane
  readonly state: 'blocks' | 'partly' | 'absent'
}

export interface Coverage {
  readonly planes: readonly PlaneUse[]
  /** What the rule speaks of and nothing blocks. */
  readonly open: readonly ActionKind[]
}

/** The planes of a session whose work folder is looked at, until the sandbox brings more. */
export const planesHere: Planes = { ...noPlanes, restore: true }

/**
 * The planes of a session.
 * @param isWatched whether its work folder is looked at, as far as is known
 * @param box `walled`: an Omnibox whose only way out is its gateway. What a command sends is then decided when it is sent, and the tool gate
 * asks only about what it knows; a request at that gateway is decided without any plane behind it (see `Asked.request`).
 */
export const planesOf = (isWatched: boolean, box: 'off' | 'walled' = 'off'): Planes => ({ ...(isWatched ? planesHere : noPlanes), ...(box === 'walled' ? { wire: true, kernel: true } : {}) })

/** Which planes keep a rule in this place, and what of it none keeps. */
export function coverageOf(rule: Rule, place: EnforcementPlace): Coverage {
  const kinds = [...spokenKinds(rule)]
  const uses = planes.flatMap((plane): PlaneUse[] => {
    const states = kinds.flatMap((kind) => stateOf(plane, kind, rule, place) ?? [])
    if (states.length === 0) return []
    return [{ plane, state: states.includes('absent') ? 'absent' : states.includes('partly') ? 'partly' : 'blocks' }]
  })
  return { planes: uses, open: kinds.filter((kind) => !planes.some((plane) => stateOf(plane, kind, rule, place) === 'blocks')) }
}

/** `tool gate (in part), kernel (not here)` */
export function coverageText({ planes: uses }: Coverage): string {
  return uses.map(({ plane, state }) => ({ blocks: plane, partly: `${plane} (in part)`, absent: `${plane} (not here)` })[state]).join(', ') || 'nothing'
}

/**
 * A rule that must be enforced and can not be is no rule: the session does not start with it.
 * @param who runs the session, for the message
 * @throws {AppError} 'unavailable' with the rules, the reason and what to do
 */
export function refuseUnkept(rules: readonly Rule[], place: EnforcementPlace, who: string): void {
  const unkept = rules.filter(({ policy }) => policy.enforce === 'required').map((rule) => ({ rule, coverage: coverageOf(rule, place) })).filter(({ coverage }) => coverage.open.length > 0)
  if (unkept.length === 0) return
  const told = unkept.map(({ rule, coverage }) => `${rule.id}: nothing here can hold back every ${listWords(coverage.open)} (${coverageText(coverage)})`)
  throw new AppError('unavailable', `Policies that must be enforced can not be, with ${who}: ${told.join('; ')}. Choose a harness or a sandbox that can, or give the policy "enforce: best".`, {
    details: unkept.map(({ rule, coverage }) => ({ rule: rule.id, open: coverage.open, planes: coverage.planes })),
  })
}

/** Undefined: not a plane for this kind. */
function stateOf(plane: Plane, kind: ActionKind, rule: Rule, { gate, planes: here }: EnforcementPlace): PlaneUse['state'] | undefined {
  switch (plane) {
    case 'tool gate': return atGate[kind] === undefined ? undefined : gate === 'none' ? 'absent' : atGate[kind] === 'all' && (gate === 'every-call' || changing.has(kind)) ? 'blocks' : 'partly'
    case 'model gateway': return kind === 'model.call' ? ifHere(here.wire) : undefined
    case 'kernel': return kind.startsWith('file.') ? kernelState(kind, rule, here) : undefined
    case 'egress gateway': return onTheWire.has(kind) ? ifHere(here.wire) : undefined
    case 'change feed': return kind !== 'file.write' && kind !== 'file.delete' ? undefined : here.restore && fileReach(rule) !== 'inside' ? 'partly' : ifHere(here.restore)
  }
}

/** A box shows the whole work folder, and writes to nothing else; what changes in there is the change feed's. Only rules about files are about which ones. */
function kernelState(kind: ActionKind, rule: Rule, { kernel, restore }: Planes): PlaneUse['state'] {
  if (!kernel) return 'absent'
  return rule.policy.type !== 'file' || fileReach(rule) === 'outside' || (kind !== 'file.read' && restore) ? 'blocks' : 'partly'
}

const ifHere = (isHere: boolean): PlaneUse['state'] => (isHere ? 'blocks' : 'absent')

/**
 * What passes the tool gate. `some`: what a program asks for by name, and not what its commands do by themselves: a command reads files
 * and sends requests without a word. Commands themselves, and what their lines say or hide, pass it all.
 */
const atGate: Readonly<Partial<Record<ActionKind, 'all' | 'some'>>> = {
  exec: 'all', 'git.push': 'all', 'git.commit': 'all', 'package.install': 'all', 'package.publish': 'all', 'mcp.call': 'all', spawn: 'all', 'policy.change': 'all', other: 'all',
  'file.read': 'some', 'file.write': 'some', 'file.delete': 'some', 'net.request': 'some', 'message.out': 'some',
}

/** Seen also where only changes are asked about. */
const changing: ReadonlySet<ActionKind> = new Set<ActionKind>(['git.push', 'git.commit', 'package.install', 'package.publish'])
const onTheWire: ReadonlySet<ActionKind> = new Set<ActionKind>(['net.request', 'git.push', 'package.publish', 'message.out', 'secret.use'])
