import { plainJson } from '../../base/plain-json.ts'
import { compilePolicies } from '../../policy/compile-policies.ts'
import { AppError } from '../../spec/app-error.ts'
import type { Command } from '../../spec/commands.ts'
import { loadPolicies } from '../../spec/policy/load-policies.ts'
import type { Policy } from '../../spec/policy/policy-schema.ts'
import { requirePlanes } from '../required-policies.ts'
import type { Transaction } from '../transaction.ts'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

/** A person adds to what this session keeps to. It holds from the next call on, and remembers all of the log before. */
export function addPolicies(tx: Transaction, session: string, { text }: Of<'policy.add'>): void {
  onlyPeople(tx)
  const loaded = loadPolicies('policies', text, 'session')
  if (!loaded.ok) {
    const [first] = loaded.problems
    throw new AppError('invalid', `The policies can not be used: line ${first?.line ?? 1}, column ${first?.column ?? 1}: ${first?.message ?? 'unreadable'}`, { details: loaded.problems })
  }
  const names = new Set(loaded.policies.map(({ name }) => name))
  change(tx, session, [...ownPolicies(tx, session).filter(({ name }) => !names.has(name)), ...loaded.policies])
}

/** Takes one of the session's own policies back; those of its agent and of the server are out of reach here. */
export function removePolicy(tx: Transaction, session: string, { name }: Of<'policy.remove'>): void {
  onlyPeople(tx)
  const before = ownPolicies(tx, session)
  const after = before.filter((policy) => policy.name !== name)
  if (after.length === before.length) throw new AppError('not_found', `The session has no policy ${name} of its own.`)
  change(tx, session, after)
}

export function revokeGrant(tx: Transaction, session: string, { grant }: Of<'grant.revoke'>): void {
  onlyPeople(tx)
  if (!tx.state.policy.grants(session).some(({ id }) => id === grant)) throw new AppError('not_found', `The session remembers no ${grant}.`)
  tx.emit(session, 'grant.revoked', { grant })
}

function onlyPeople(tx: Transaction): void {
  if (tx.by.kind !== 'user') throw new AppError('forbidden', 'Only a person changes policies.')
}

/** The session's own, without those of the sessions that started it. */
function ownPolicies(tx: Transaction, session: string): readonly Policy[] {
  return tx.state.policy.own(session)?.rules.map(({ policy }) => policy) ?? []
}

function change(tx: Transaction, session: string, policies: readonly Policy[]): void {
  const { harness, watch } = tx.lane(session)
  const list = compilePolicies('session', policies)
  requirePlanes([list], harness, tx.around.abilities(harness), watch)
  const { hash } = list
  tx.emit(session, 'policy.changed', { level: 'session', hash, policies: policies.map(plainJson) })
}
