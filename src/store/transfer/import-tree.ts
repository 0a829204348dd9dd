import { AppError } from '../../spec/app-error.ts'
import type { Envelope } from '../../spec/events/envelope.ts'
import { checkBatch } from '../projection/check-batch.ts'
import { projectLog } from '../projection/project-log.ts'
import { checkLog } from './check-log.ts'
import type { TransferStores } from './export-tree.ts'

/**
 * Takes in what `exportTree` wrote. Nothing is stored unless all of it is right. The same log twice is fine; a fork comes
 * with its prefix and needs its source no more.
 * @throws {AppError} 'invalid' with every problem and its line; 'conflict' when there is another tree or session of that name; 'unsupported'.
 */
export async function importTree(stores: TransferStores, lines: AsyncIterable<string> | Iterable<string>): Promise<{ tree: string; session: string; events: number }> {
  const log = await checkLog(lines)
  const { tree, events } = log
  const existing = await stores.sessions.head(tree)
  if (existing === undefined) {
    const batch = { tree, after: 0, events, ...projectLog(tree, events), blobs: log.named }
    // Before blobs are written: a batch that can not be stored leaves nothing.
    checkBatch(batch)
    for (const bytes of log.blobs.values()) await stores.blobs.put(bytes)
    await stores.sessions.append(batch)
  } else if (existing.hash !== events.at(-1)?.hash) {
    throw new AppError('conflict', `There is another tree ${tree} here, at event ${existing.seq}. Remove it first, or keep it.`, { details: { seq: existing.seq } })
  }
  // Repeated after a crash between the two writes: heads of the same log are the same.
  for (const head of log.heads) await stores.sessions.saveHead(head)
  return { tree, session: rootOf(tree, events), events: events.length }
}

function rootOf(tree: string, events: readonly Envelope[]): string {
  return events.find((event) => event.tree === tree)?.session ?? tree
}
