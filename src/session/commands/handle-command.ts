import type { Attachment } from '../../spec/attachment.ts'
import type { Command, CommandResult, CommandType } from '../../spec/commands.ts'
import type { Transaction } from '../transaction.ts'
import { answerApproval } from './answer-approval.ts'
import { addPolicies, removePolicy, revokeGrant, switchPolicy } from './policy-commands.ts'
import { changeQueue, moveInQueue, removeFromQueue, runQueue, steerFromQueue } from './queue-commands.ts'
import { archiveSession, declareLost, labelSession, renameSession, rewindSession, setMode, switchHarness } from './session-commands.ts'
import { interruptTurn, startTurn, steerTurn } from './turn-commands.ts'

type Handler<Type extends CommandType> = (tx: Transaction, session: string, command: Extract<Command, { type: Type }>, attachments: readonly Attachment[]) => void

/** One handler per command. It checks, then emits; or throws AppError having emitted nothing. */
const handlers: { readonly [Type in CommandType]: Handler<Type> } = {
  'turn.start': startTurn,
  'turn.steer': steerTurn,
  'turn.interrupt': interruptTurn,
  'queue.change': changeQueue,
  'queue.move': moveInQueue,
  'queue.remove': removeFromQueue,
  'queue.steer': steerFromQueue,
  'queue.run': runQueue,
  'approval.answer': answerApproval,
  'policy.add': addPolicies,
  'policy.remove': removePolicy,
  'policy.switch': switchPolicy,
  'grant.revoke': revokeGrant,
  'session.rename': renameSession,
  'session.label': labelSession,
  'session.archive': archiveSession,
  'session.rewind': rewindSession,
  'harness.switch': switchHarness,
  'mode.set': setMode,
  'host.declare-lost': declareLost,
}

/**
 * command → events. A command id seen before is answered with its first result and does nothing.
 * @param attachments what the command names, looked up
 * @throws {AppError} when the command does not fit the state; nothing is changed then.
 */
export function handleCommand(tx: Transaction, session: string, command: Command, attachments: readonly Attachment[] = []): CommandResult {
  const earlier = tx.state.commands.get(command.id)
  if (earlier !== undefined) return earlier
  tx.lane(session)
  // Proof: the table's type ties each handler to its command's type.
  const handler = handlers[command.type] as Handler<CommandType>
  handler(tx, session, command, attachments)
  return tx.state.commands.get(command.id) ?? { seq: tx.state.seq }
}
