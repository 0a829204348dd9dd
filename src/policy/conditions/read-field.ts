import type { Action, ActionKind } from '../../spec/actions.ts'
import { commonFields, type FieldKind } from '../../spec/policy/subjects.ts'
import { fieldKind } from '../../spec/policy/condition.ts'
import { type Facts, kindOf } from '../facts.ts'
import { authorityOf, usualPort } from '../../spec/net/usual-port.ts'
import { writesOf } from '../net/writes-of.ts'

export type FieldValue = string | number | boolean | readonly (string | null)[]

/** A field as the facts have it. */
export type Field =
  | { readonly state: 'known'; readonly kind: FieldKind; readonly value: FieldValue }
  | { readonly state: 'unknown'; readonly kind: FieldKind }
  /** Actions of this kind have no such field. */
  | { readonly state: 'none' }

export function readField(facts: Facts, name: string): Field {
  const kind = fieldKind(kindOf(facts), name)
  if (kind === undefined) return { state: 'none' }
  const value = Object.hasOwn(commonFields, name) ? commonFact(facts, name) : facts.possibly === undefined ? ownFact(facts, name) : name === 'verb' ? verbOf(facts.possibly) : undefined
  return value === undefined ? { state: 'unknown', kind } : { state: 'known', kind, value }
}

function commonFact(facts: Facts, name: string): FieldValue | undefined {
  const { action, actor, now, planes } = facts
  switch (name) {
    case 'subject': return kindOf(facts)
    case 'harness': return actor.harness
    case 'depth': return actor.depth
    case 'window': return now
    // What a `spawn` starts, otherwise who acts.
    case 'agent': return kindOf(facts) !== 'spawn' ? actor.agent : action.kind === 'spawn' ? action.agent : undefined
    case 'observed': return facts.possibly === undefined && 'observed' in action && action.observed === true
    // Whether a command reaches out is seen for certain at the gateway, where there is one.
    case 'outbound': return action.outbound === 'unknown' ? (planes.wire && action.kind === 'exec' ? false : undefined) : facts.possibly === undefined ? action.outbound : undefined
    default: return undefined
  }
}

function ownFact(facts: Facts, name: string): FieldValue | undefined {
  const { action } = facts
  switch (name) {
    case 'verb': return verbOf(action.kind)
    case 'argv': return action.kind === 'exec' ? wordsOf(action) : undefined
    case 'opaque': return action.kind === 'exec' && (action.opaque?.length ?? 0) > 0
    case 'created_by_agent': return action.kind === 'file.write' || action.kind === 'file.delete' ? action.createdByAgent : undefined
    case 'writes': return action.kind === 'net.request' ? writesOf(action) : undefined
    case 'url': return action.kind === 'net.request' ? addressOf(action) : undefined
    case 'port': return action.kind === 'net.request' ? (action.port ?? usualPort(action.scheme ?? '')) : undefined
    case 'host': return 'host' in action && action.host !== unknownHost ? action.host : undefined
    default: return plainFact(action, name)
  }
}

/** A request whose address nobody could tell. */
export const unknownHost = 'unknown'

/** Without the port that goes without saying. */
function addressOf({ scheme = 'https', host, port, path = '/' }: Extract<Action, { kind: 'net.request' }>): string | undefined {
  return host === unknownHost ? undefined : `${scheme}://${authorityOf({ scheme, host, port })}${path}`
}

/** The property of the same name, in camelCase. */
function plainFact(action: Action, name: string): FieldValue | undefined {
  const property = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const value: unknown = Object.entries(action).find(([key]) => key === property)?.[1]
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined
}

const verbOf = (kind: ActionKind): string => kind.slice(kind.lastIndexOf('.') + 1)

function wordsOf(action: Extract<Action, { kind: 'exec' }>): readonly (string | null)[] | undefined {
  // What follows the known words is any number of others.
  return action.argv ?? (action.prefix === undefined ? undefined : [...action.prefix, null])
}
