import { gateTurn } from './gate.ts'
import { orderRestores } from './judge-changes.ts'
import { settleLost } from './settle-model-call.ts'
import { rootOf } from './tools/family.ts'
import type { Transaction } from './transaction.ts'

/** Makes an ordered switch, then starts the head of the queue: when the session is idle, not held, not archived, a machine is there, and a person allowed what its agent asks for. */
export function startNext(tx: Transaction, session: string): boolean {
  const lane = tx.lane(session)
  const { host } = tx.around
  const waits = lane.switching !== undefined || lane.queue.length > 0
  if (lane.turn !== undefined || !waits || !tx.around.trusts(rootOf(tx.state, lane))) return false
  if (lane.switching !== undefined) {
    tx.order(session, { type: 'switch.run', session })
    return false
  }
  const next = lane.queue[0]
  if (next === undefined || lane.held || lane.archived || host === undefined) return false
  const attached = tx.state.views[session]?.host
  if (attached?.epoch !== host.epoch || !attached.attached) {
    tx.emit(session, 'host.attached', { host: host.id, epoch: host.epoch, name: host.name })
  }
  settleLost(tx, host)
  const { model, harness } = lane
  tx.emit(session, 'turn.started', {
    prompt: next.prompt, text: next.text, ...(next.attachments === undefined ? {} : { attachments: [...next.attachments] }), harness, ...(model === undefined ? {} : { model }), host: { id: host.id, epoch: host.epoch },
  }, { turn: tx.around.ids.next('trn'), by: next.by })
  orderRestores(tx, session, Object.keys(tx.lane(session).restores))
  gateTurn(tx, session)
  return true
}
