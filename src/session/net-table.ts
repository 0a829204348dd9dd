import { staticTable } from '../policy/net/static-table.ts'
import type { Transaction } from './transaction.ts'

/** What the gateways of a tree's sessions may decide alone from now on: asked of nobody, recorded once a minute. */
export function sendTables(tx: Transaction): void {
  for (const { session, walled } of Object.values(tx.state.lanes)) {
    if (walled === true) tx.order(session, { type: 'net.table', session, table: staticTable(tx.state.policy.inForce(session), { revision: tx.state.seq, hostSets: tx.around.policies.hostSets }) })
  }
}
