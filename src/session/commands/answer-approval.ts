import { own } from '../../base/own.ts'
import { AppError } from '../../spec/app-error.ts'
import type { Command } from '../../spec/commands.ts'
import { answerCall } from '../gate.ts'
import type { Transaction } from '../transaction.ts'

/** Resumes the call exactly once. An agent can never approve; an answer to a changed card is refused. */
export function answerApproval(tx: Transaction, session: string, command: Extract<Command, { type: 'approval.answer' }>): void {
  const { approval, digest, answer, comment } = command
  if (tx.by.kind !== 'user') throw new AppError('forbidden', 'Only a person can answer an approval.')
  const lane = tx.lane(session)
  const ask = own(lane.asks, approval)
  const call = ask === undefined ? undefined : own(lane.calls, ask.call)
  if (ask === undefined || call === undefined) throw new AppError('conflict', 'That approval is no longer open: it was answered or its turn ended.')
  if (ask.digest !== digest) throw new AppError('conflict', 'The card has changed since you saw it. Look at it again.')
  tx.emit(session, 'approval.answered', { approval, answer, ...(comment === undefined ? {} : { comment }) })
  answerCall(tx, session, call, { allow: answer === 'allow', approval, comment })
}
