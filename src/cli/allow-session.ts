import type { Client } from '../client/create-client.ts'
import type { CommandContext } from './command.ts'
import { askTrust } from './trust-card.ts'

export interface SessionTrust {
  readonly session: string
  readonly json: boolean
  /** A prompt is to be sent: without trust it would be refused. */
  readonly goesOn: boolean
  /** `--trust`: the hash of the card that was read. */
  readonly trust?: string
}

/**
 * Asks about a session whose agent nobody trusts on this machine, before it is opened.
 * @throws {AppError} 'untrusted' when a prompt is to be sent and nobody can be asked, or the hash is of something else.
 */
export async function allowSession(context: CommandContext, client: Client, { session, json, goesOn, trust }: SessionTrust): Promise<void> {
  if (trust !== undefined) return void (await client.answerTrust(session, { hash: trust }))
  const { card } = await client.trust(session)
  const { input, output } = context.config.isTerminal
  if (card === undefined || (!goesOn && (json || !input || !output))) return
  const answer = await askTrust(context, card, { json, again: `omni run --resume ${session}` })
  if (answer !== undefined) await client.answerTrust(session, answer)
}
