import { own } from '../base/own.ts'
import type { NumberedFact } from '../spec/ports/host-link.ts'
import type { BlobStore } from '../spec/ports/session-store.ts'
import type { PartialItem } from '../spec/view/transcript-item.ts'
import type { AttachedHost } from './host-hub.ts'
import { settleLost } from './settle-model-call.ts'
import { sendTables } from './net-table.ts'
import { openOrders } from './orders.ts'
import { endTurn, recordFact, type StoreText } from './record-signal.ts'
import { startNext } from './start-next.ts'
import { storeTexts } from './store-texts.ts'
import { rootOf } from './tools/family.ts'
import type { Transaction } from './transaction.ts'
import type { TreeWriter } from './tree-writer.ts'

/** Records a run of one tree's facts as one durable step, long texts first. Rejects only when it can not be stored. */
export async function recordFacts(writer: TreeWriter, deps: RecordDeps, host: string, facts: readonly NumberedFact[]): Promise<void> {
  const stored = await storeTexts(deps.blobs, facts.flatMap(({ fact }) => textsOf(fact)))
  await writer.run({ by: { kind: 'host', id: host } }, (tx) => {
    for (const message of facts) recordSafely(tx, { deps, host, stored }, message)
  })
}

interface RecordDeps {
  readonly blobs: BlobStore
  report(problem: string, cause: unknown): void
}

/** A fact that can not be understood must not hold up those behind it: it is named in the log and passed over. */
function recordSafely(tx: Transaction, { deps, host, stored }: { deps: RecordDeps; host: string; stored: StoreText }, message: NumberedFact): void {
  const { epoch, n, session } = message
  const turn = own(tx.state.lanes, session)?.turn
  const cause = turn !== undefined && turn.turn === message.turn ? { cause: turn.startSeq } : {}
  const place = tx.from({ by: { kind: 'host', id: host }, ...cause, src: { host, epoch, n } })
  try {
    recordFact(place, message, host, stored)
  } catch (error) {
    deps.report(`recording a ${message.fact.type} of ${session}`, error)
    if (own(tx.state.lanes, session) === undefined) return
    place.emit(session, 'notice.given', { level: 'warning', text: `A report of the host could not be recorded: ${error instanceof Error ? error.message : String(error)}` })
  }
}

function textsOf(fact: NumberedFact['fact']): string[] {
  switch (fact.type) {
    case 'message': return [fact.text, fact.reasoning ?? '']
    case 'call.wanted': case 'call.seen': return [typeof fact.input === 'string' ? fact.input : JSON.stringify(fact.input)]
    case 'call.done': return [fact.output]
    default: return []
  }
}

/** A host is here with all its earlier facts recorded: turns of its older epochs died with them; the rest goes on. */
export function hostAttached(tx: Transaction, host: AttachedHost, partials: readonly PartialItem[]): void {
  for (const lane of Object.values(tx.state.lanes)) {
    const { session, turn } = lane
    if (turn === undefined) {
      startNext(tx, session)
      continue
    }
    if (turn.host.id !== host.id) continue
    if (turn.host.epoch === host.epoch) {
      if (tx.state.views[session]?.host?.attached === false) tx.emit(session, 'host.attached', { host: host.id, epoch: host.epoch, name: host.name })
      continue
    }
    keepPartials(tx, session, partials)
    tx.emit(session, 'host.lost', { host: host.id, epoch: turn.host.epoch, reason: 'it restarted' })
    endTurn(tx, session, turn.stopping ? { outcome: 'interrupted' } : {
      outcome: 'failed', reason: 'The host process restarted while the turn ran; its programs ended with it.',
      advice: 'Look at what was done, then send the prompt again or ask the agent to go on.',
    })
  }
  settleLost(tx, host)
  sendTables(tx)
  for (const message of openOrders(tx.state, host, (lane) => tx.around.trusts(rootOf(tx.state, lane)))) tx.batch.orders.push({ host, message })
}

/** What had been streamed when the machine died is kept as a partial message. */
function keepPartials(tx: Transaction, session: string, partials: readonly PartialItem[]): void {
  for (const partial of partials) {
    if (partial.session !== session || partial.kind !== 'text') continue
    tx.emit(session, 'message.completed', { item: partial.item, text: { text: partial.text.slice(0, 16_000) }, partial: true })
  }
}

export function hostSilent(tx: Transaction, host: AttachedHost): void {
  for (const lane of Object.values(tx.state.lanes)) {
    if (lane.turn?.host.epoch !== host.epoch || tx.state.views[lane.session]?.host?.attached !== true) continue
    tx.emit(lane.session, 'host.lost', { host: host.id, epoch: host.epoch, reason: 'the connection to it is down; the agent may still be working' })
  }
}

