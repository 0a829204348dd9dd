import { own } from '../../base/own.ts'
import type { SessionEvent } from '../../spec/events/session-event.ts'
import { countMoney, emptyBalance, moneyReserved, moneySettled, type TreeMoney } from '../../spec/money/money-sums.ts'
import type { TreeState } from './tree-state.ts'

export const noTreeMoney: TreeMoney = { owner: '', balance: emptyBalance }

/** Folds an event of the tree's own; what a fork took over was paid for by its source. Before the lane is folded: its open reservations are read. */
export function foldMoney(state: TreeState, event: SessionEvent): TreeMoney {
  const { money } = state
  if (event.tree !== state.tree) return money
  const { spent, reserved } = money.balance
  const held = (id: string | undefined) => own(own(state.lanes, event.session)?.reservations ?? {}, id ?? '')?.money
  switch (event.type) {
    case 'session.created': case 'session.forked': return money.owner === '' && event.by.kind === 'user' ? { ...money, owner: event.by.id } : money
    case 'money.reserved': return { ...money, balance: { spent, reserved: countMoney(reserved, moneyReserved(event.data)) } }
    case 'money.released': {
      const freed = held(event.data.reservation)
      return freed === undefined ? money : { ...money, balance: { spent, reserved: countMoney(reserved, freed, -1) } }
    }
    case 'money.settled': {
      const freed = held(event.data.reservation)
      return { ...money, balance: { spent: countMoney(spent, moneySettled(event.data)), reserved: freed === undefined ? reserved : countMoney(reserved, freed, -1) } }
    }
    default: return money
  }
}
