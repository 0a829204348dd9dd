import type { Action } from '../../src/spec/actions.ts'
import type { SessionEvent } from '../../src/spec/events/session-event.ts'

/** A permit by its definition, read from the whole log: what a released call may still do, at this moment. */
export interface NaivePermit {
  readonly call: string
  readonly open: ReadonlyMap<number, Action>
  /** A person said yes to the call. */
  readonly yes: boolean
}

const lastsMs = 10 * 60_000
type Data<Type extends SessionEvent['type']> = Extract<SessionEvent, { type: Type }>['data']

/** Every permit that is open in `session` at `now`: what passed the gate, was let go lately and since no rule changed, without what requests have used. */
export function naivePermits(log: readonly SessionEvent[], session: string, now: number): NaivePermit[] {
  const voided = log.findLastIndex(({ type }) => type === 'policy.changed' || type === 'grant.revoked')
  const own = log.filter((event) => event.session === session)
  const dataOf = <Type extends SessionEvent['type']>(type: Type) => own.flatMap((event): Data<Type>[] => (event.type === type ? [event.data as Data<Type>] : [])) // Proof: the type was just compared.
  const decided = dataOf('policy.decided')
  return log.slice(voided + 1).flatMap((event): NaivePermit[] => {
    if (event.type !== 'tool.released' || event.session !== session || now - event.at >= lastsMs) return []
    const { call } = event.data
    const proposed = dataOf('tool.proposed').find((each) => each.call === call)
    const decision = decided.find((each) => each.call === call)
    if (proposed === undefined || decision === undefined || proposed.request !== undefined || proposed.gates !== undefined) return []
    const used = new Set(decided.flatMap(({ permit }) => (permit?.call === call ? permit.actions : [])))
    const open = new Map([...proposed.actions.entries()].filter(([place, action]) => !used.has(place) && isSeenAgain(action)))
    const card = dataOf('approval.requested').find((each) => each.call === call)
    const isApproved = card !== undefined && dataOf('approval.answered').some(({ approval, answer }) => approval === card.approval && answer === 'allow')
    return open.size === 0 ? [] : [{ call, open, yes: isApproved || decision.rules.some(({ grant }) => grant !== undefined) }]
  })
}

const isSeenAgain = (action: Action): boolean => (action.kind === 'git.push' && action.repo !== undefined) || action.kind === 'package.publish' || (action.kind === 'net.request' && action.host !== 'unknown' && action.method !== undefined)

/** The first permit that has, for every ref of a push, something that covers it; with the places that it takes. */
export function naivePushPermit(permits: readonly NaivePermit[], pushes: readonly Extract<Action, { kind: 'git.push' }>[]): { readonly call: string; readonly actions: readonly number[] } | undefined {
  for (const { call, open, yes } of permits) {
    const taken: number[] = []
    const isCovered = pushes.every((push) => {
      const place = [...open].find(([index, action]) => action.kind === 'git.push' && (!taken.includes(index) || action.ref === undefined) && coversPush(action, push, yes))?.[0]
      if (place === undefined) return false
      if (!taken.includes(place)) taken.push(place)
      return true
    })
    if (isCovered) return { call, actions: taken }
  }
  return undefined
}

function coversPush(said: Extract<Action, { kind: 'git.push' }>, push: Extract<Action, { kind: 'git.push' }>, yes: boolean): boolean {
  const sameTag = push.tag === false || said.tag === true
  const sameDelete = said.ref === undefined ? push.delete === false || said.delete === true : (said.delete ?? false) === push.delete
  return said.repo === push.repo && sameTag && sameDelete && (said.ref === undefined ? yes : said.ref === push.ref)
}
