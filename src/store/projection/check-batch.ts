import { AppError } from '../../spec/app-error.ts'
import { genesis } from '../../spec/events/envelope.ts'
import { readEvent } from '../../spec/events/session-event.ts'
import type { AppendBatch, ForkLink } from '../../spec/ports/session-store.ts'

/** Room for one tree's numbers; both stores refuse more, so that they behave the same. */
export const maxSeq = 2 ** 30 - 1

/** Events of these types say how the log is to be read; erasing one would change the meaning of others. */
export const structuralTypes: ReadonlySet<string> = new Set(['session.rewound', 'session.forked'])

/**
 * Checks that a batch continues the log at `head` (undefined: there is no such tree yet) and is numbered and linked.
 * Hashes are the caller's work and are not computed again.
 * @throws {AppError} 'conflict' when it continues another state; 'invalid' when it contradicts itself; 'too_large' at the end of the numbers.
 */
export function checkBatch(batch: AppendBatch, head: { readonly seq: number; readonly hash: string } = { seq: 0, hash: genesis }): void {
  const [first] = batch.events
  if (first === undefined) throw new AppError('invalid', 'A batch needs at least one event.')
  if (batch.after !== head.seq) {
    throw new AppError('conflict', `The log of ${batch.tree} is at event ${head.seq}, the batch continues ${batch.after}. Read again and retry.`, { details: { seq: head.seq } })
  }
  if (first.prev !== head.hash) {
    throw new AppError('conflict', `The batch does not follow the last event of ${batch.tree}: their hashes differ. Read again and retry.`)
  }
  let before = head
  for (const event of batch.events) {
    if (event.seq !== before.seq + 1 || event.prev !== before.hash) {
      throw new AppError('invalid', `Event ${event.seq} of the batch for ${batch.tree} does not follow event ${before.seq}.`)
    }
    before = event
  }
  if (before.seq > maxSeq) throw new AppError('too_large', `The log of ${batch.tree} is full. Fork the session to go on.`)
  importedOrigin(batch)
}

/**
 * A batch that makes a tree may begin with the prefix of a fork, under the names of the source (an import). Answers the
 * source then, undefined for a batch of the tree's own events.
 * @throws {AppError} 'invalid' when events of another tree stand anywhere else.
 */
export function importedOrigin(batch: AppendBatch): ForkLink | undefined {
  const own = batch.events.findIndex((event) => event.tree === batch.tree)
  const foreignLater = batch.events.findIndex((event, index) => index > own && event.tree !== batch.tree)
  if (own === 0 && foreignLater === -1) return undefined
  const first = batch.events[own]
  const event = first === undefined ? undefined : readEvent(first)
  if (batch.after !== 0 || foreignLater !== -1 || event?.type !== 'session.forked' || event.data.from.seq !== event.seq - 1) {
    throw new AppError('invalid', `The batch for ${batch.tree} holds events of another tree.`)
  }
  return event.data.from
}
