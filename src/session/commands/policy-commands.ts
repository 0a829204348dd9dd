import { plainJson } from '../../base/plain-json.ts'
import { compilePolicies } from '../../policy/compile-policies.ts'
import { tryPolicies } from '../../policy/try-policies.ts'
import { AppError } from '../../spec/app-error.ts'
import type { Command } from '../../spec/commands.ts'
import { loadPolicies } from '../../spec/policy/load-policies.ts'
import type { Problem } from '../../spec/yaml/problem.ts'
import type { Policy } from '../../spec/policy/policy-schema.ts'
import { sendTables } from '../net-table.ts'
import { requirePlanes } from '../required-policies.ts'
import type { Transaction } from '../transaction.ts'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

/** A person adds to what this session keeps to. It holds from the next call on, and remembers all of the log before. */
export function addPolicies(tx: Transaction, session: string, { text }: Of<'policy.add'>): void {
  onlyPeople(tx)
  const loaded = loadPolicies('policies', text, 'session')
  if (!loaded.ok) throw unusable(loaded.problems)
  const names = new Set(loaded.policies.map(({ name }) => name))
  change(tx, session, { on: [...ownPolicies(tx, session).filter(({ name }) => !names.has(name)), ...loaded.policies], off: tx.state.policy.off(session).filter(({ name }) => !names.has(name)) })
}

/** Before `addPolicies`: trying examples may have to load the reader of shell lines. @throws {AppError} 'invalid' */
export async function refuseBrokenExamples(text: string): Promise<void> {
  const tried = await tryPolicies('policies', text, 'session')
  if (!tried.ok) throw unusable(tried.problems)
}

function unusable(problems: readonly Problem[]): AppError {
  const [first] = problems
  return new AppError('invalid', `The policies can not be used: line ${first?.line ?? 1}, column ${first?.column ?? 1}: ${first?.message ?? 'unreadable'}`, { details: problems })
}

/** Takes one of the session's own policies back; those of its agent and of the server are out of reach here. */
export function removePolicy(tx: Transaction, session: string, { name }: Of<'policy.remove'>): void {
  onlyPeople(tx)
  const [on, off] = [ownPolicies(tx, session), tx.state.policy.off(session)]
  requireOwn([...on, ...off], name)
  const others = (policies: readonly Policy[]) => policies.filter((policy) => policy.name !== name)
  change(tx, session, { on: others(on), off: others(off) })
}

/** What is off keeps its text, and holds nothing back. Switching to what is already so changes nothing. */
export function switchPolicy(tx: Transaction, session: string, { name, on: wanted }: Of<'policy.switch'>): void {
  onlyPeople(tx)
  const [on, off] = [ownPolicies(tx, session), tx.state.policy.off(session)]
  const policy = requireOwn([...on, ...off], name)
  const from = wanted ? off : on
  if (!from.includes(policy)) return
  const rest = from.filter((each) => each !== policy)
  change(tx, session, wanted ? { on: [...on, policy], off: rest } : { on: rest, off: [...off, policy] })
}

/** @throws {AppError} 'not_found' */
function requireOwn(policies: readonly Policy[], name: string): Policy {
  const policy = policies.find((each) => each.name === name)
  if (policy === undefined) throw new AppError('not_found', `The session has no policy ${name} of its own.`)
  return policy
}

export function revokeGrant(tx: Transaction, session: string, { grant }: Of<'grant.revoke'>): void {
  onlyPeople(tx)
  if (!tx.state.policy.grants(session).some(({ id }) => id === grant)) throw new AppError('not_found', `The session remembers no ${grant}.`)
  tx.around.projectGrants.remove(grant)
  tx.emit(session, 'grant.revoked', { grant })
}

function onlyPeople(tx: Transaction): void {
  if (tx.by.kind !== 'user') throw new AppError('forbidden', 'Only a person changes policies.')
}

/** The session's own, without those of the sessions that started it. */
function ownPolicies(tx: Transaction, session: string): readonly Policy[] {
  return tx.state.policy.own(session)?.rules.map(({ policy }) => policy) ?? []
}

function change(tx: Transaction, session: string, { on: policies, off }: { readonly on: readonly Policy[]; readonly off: readonly Policy[] }): void {
  const { harness } = tx.lane(session)
  const list = compilePolicies('session', policies)
  requirePlanes([list], harness, tx.around.abilities(harness), tx.lane(session))
  const { hash } = list
  tx.emit(session, 'policy.changed', { level: 'session', hash, policies: policies.map(plainJson), ...(off.length === 0 ? {} : { off: off.map(plainJson) }) })
  sendTables(tx)
}
