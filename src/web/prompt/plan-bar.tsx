import { Hammer } from 'lucide-react'
import { useContext } from 'react'
import type { SessionView } from '../../spec/view/session-view.ts'
import { ActionsContext } from '../session/actions-context.ts'
import { Button } from '../ui/button.tsx'

/** After a turn in plan mode: the person says whether the plan is carried out. */
export function PlanBar({ view }: { readonly view: SessionView }) {
  const actions = useContext(ActionsContext)
  const ready = view.mode === 'plan' && view.turn === undefined && view.queue.length === 0 && view.lastOutcome?.outcome === 'completed' && !view.archived
  if (!ready) return null
  return (
    // The commands open over it.
    <div className="flex flex-wrap items-center justify-between gap-2 rounded-xl border border-accent bg-accent-soft px-3.5 py-2 text-sm group-has-[[role=listbox]]/dock:invisible">
      <p className="min-w-0">Plan mode: nothing has been changed. Say what to alter, or let it work.</p>
      <Button small tone="accent" icon={<Hammer size={13} aria-hidden />} onClick={() => void actions?.carryOut()}>Carry out the plan</Button>
    </div>
  )
}
