import { own } from '../../base/own.ts'
import { AppError } from '../../spec/app-error.ts'
import type { Command } from '../../spec/commands.ts'
import type { Offer } from '../../spec/events/turn-data.ts'
import { conditionOf } from '../../spec/policy/condition.ts'
import { notFor } from '../cards.ts'
import { answerCall } from '../gate.ts'
import { answerAside } from '../restore-files.ts'
import type { Transaction } from '../transaction.ts'

type Answer = Extract<Command, { type: 'approval.answer' }>

/** Resumes the call exactly once. An agent can never approve; an answer to a changed card is refused. */
export function answerApproval(tx: Transaction, session: string, command: Answer): void {
  const { approval, digest, answer, comment } = command
  if (tx.by.kind !== 'user') throw new AppError('forbidden', 'Only a person can answer an approval.')
  const lane = tx.lane(session)
  const ask = own(lane.asks, approval)
  const call = ask === undefined ? undefined : own(lane.calls, ask.call)
  if (ask === undefined || call === undefined) throw new AppError('conflict', 'That approval is no longer open: it was answered or its turn ended.')
  if (ask.digest !== digest) throw new AppError('conflict', 'The card has changed since you saw it. Look at it again.')
  const others = notFor(tx.state.policy.inForce(session), ask.rules, tx.by)
  if (others.length > 0) throw new AppError('forbidden', `Someone else has to answer this: ${others.join(', ')} names who may.`)
  const scope = command.remember?.scope ?? 'session'
  const grants = answer === 'allow' ? remembered(command, ask.offers) : []
  tx.emit(session, 'approval.answered', { approval, answer, ...(comment === undefined ? {} : { comment }) })
  for (const { rule, hash, kind, pattern } of grants) {
    const grant = { grant: tx.around.ids.next('apr'), rule, hash, kind, pattern }
    tx.emit(session, 'grant.made', { ...grant, approval, scope })
    if (scope === 'project') tx.around.projectGrants.add(lane.workspace.path, grant)
  }
  const respond = call.about === undefined ? answerCall : answerAside
  respond(tx, session, call, { allow: answer === 'allow', approval, comment })
}

/** What is remembered, in the person's own words where they changed it. @throws {AppError} 'invalid' for what was not offered, or is no pattern. */
function remembered({ remember }: Answer, offers: readonly Offer[]): readonly Offer[] {
  if (remember === undefined) return []
  if (offers.length === 0) throw new AppError('invalid', 'This approval cannot be remembered: a rule that asks wants to be asked each time.')
  const { patterns, scope } = remember
  if (scope === 'project' && offers.some((offer) => offer.scope !== 'project')) throw new AppError('invalid', 'This approval can be remembered for the session only: that is what its rules say.')
  if (patterns === undefined) return offers
  if (patterns.length !== offers.length) throw new AppError('invalid', `The card offers ${offers.length} to remember, and ${patterns.length} patterns came. Send one for each, in order.`)
  return offers.map((offer, index) => {
    const changed = patterns[index] ?? offer.pattern
    const read = conditionOf([offer.kind]).safeParse(changed)
    if (!read.success) throw new AppError('invalid', `The pattern for ${offer.rule} can not be used: ${read.error.issues[0]?.message ?? 'it is no condition'}.`)
    return { ...offer, pattern: changed }
  })
}
