import { lazy, Suspense } from 'react'
import type { SessionView } from '../../spec/view/session-view.ts'
import { DialogFrame } from '../ui/dialog-frame.tsx'

const NetworkPanel = lazy(() => import('./network-panel.tsx'))

interface Props {
  readonly open: boolean
  readonly view: SessionView
  onClose(): void
  /** Resolves to whether it worked. */
  onAdd(text: string): Promise<boolean>
}

/** What left the sandbox of a session, and what was to and did not. */
export function NetworkDialog({ open, view, onClose, onAdd }: Props) {
  return (
    <DialogFrame open={open} onClose={onClose} title="Network" description="What the agent’s programs sent out, or were to, and who decided." tall>
      {open && <Suspense fallback={<div aria-busy="true" aria-label="Loading the requests" className="space-y-2 p-4">{[0, 1, 2].map((key) => <div key={key} className="skeleton h-9" />)}</div>}><NetworkPanel view={view} onAdd={onAdd} /></Suspense>}
    </DialogFrame>
  )
}
