import { own } from '../../base/own.ts'
import type { EventData, SessionEvent } from '../../spec/events/session-event.ts'
import type { Aside, Lane } from './tree-state.ts'

type FileEvent = Extract<SessionEvent, { type: 'box.attested' | 'checkpoint.made' | 'checkpoint.failed' | 'restore.requested' | 'checkpoint.restored' }>

/** The program need not hear of what is longer ago. */
const maxNotes = 10

/** What is known of a lane's work folder: whether it is looked at, what is ordered, what is kept aside. */
export function applyToFiles(lane: Lane, event: FileEvent): Lane {
  switch (event.type) {
    case 'box.attested': {
      // A new machine, or a new start of one: whether it looks will turn out.
      const { watch: _before, walled: _walls, ...rest } = lane
      return { ...rest, ...(event.data.profile === 'off' ? {} : { walled: true as const }), ...(event.data.workspace === undefined ? {} : { root: event.data.workspace }) }
    }
    case 'checkpoint.made': return { ...lane, watch: { seen: true } }
    case 'checkpoint.failed': return { ...lane, watch: { seen: false, reason: event.data.reason } }
    case 'restore.requested': return { ...lane, restores: { ...lane.restores, [event.data.restore]: event.data } }
    case 'checkpoint.restored': return restored(lane, event.data)
  }
}

function restored(lane: Lane, { restore, card, after, ...outcome }: EventData<'checkpoint.restored'>): Lane {
  const order = own(lane.restores, restore)
  const { [restore]: _done, ...restores } = lane.restores
  if (order === undefined || order.direction === 'again' || card === undefined || after === undefined) return { ...lane, restores }
  const back = new Set([...outcome.restored, ...outcome.unchanged])
  const paths = order.paths.flatMap(({ path, kind, left, aside }): Aside['paths'] => (aside === true && back.has(path) ? [{ path, kind, to: left, left: after }] : []))
  return { ...lane, restores, ...(paths.length === 0 ? {} : { aside: { ...lane.aside, [card]: { call: order.call, paths } } }) }
}

export function withoutAside(lane: Lane, card: string): Lane {
  const { [card]: _closed, ...aside } = lane.aside
  return { ...lane, aside }
}

/** With the next prompt, for certain; in the turn that runs, if its program takes it. */
export function tellLater(lane: Lane, steer: string, text: string): Lane {
  const told = { ...lane, notes: [...lane.notes, text].slice(-maxNotes) }
  return lane.turn === undefined ? told : { ...told, turn: { ...lane.turn, steers: [...lane.turn.steers, { steer, text, note: true }] } }
}
