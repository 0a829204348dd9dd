import { lazy, Suspense } from 'react'
import { DialogFrame } from '../ui/dialog-frame.tsx'
import type { PolicyActions } from './policies-panel.tsx'

const PoliciesPanel = lazy(() => import('./policies-panel.tsx'))

interface Props extends PolicyActions {
  readonly open: boolean
  readonly session: string
  onClose(): void
}

/** What this session keeps to, level by level; a person adds to it, and switches off or takes back what is the session's own. */
export function PoliciesDialog({ open, onClose, ...rest }: Props) {
  return (
    <DialogFrame open={open} onClose={onClose} title="Policies" description="The strictest of all levels decides. Nothing here loosens what stands above." wide>
      {open && <Suspense fallback={<PanelSkeleton />}><PoliciesPanel {...rest} /></Suspense>}
    </DialogFrame>
  )
}

const PanelSkeleton = () => <div aria-busy="true" aria-label="Loading the policies" className="space-y-2">{[0, 1, 2].map((key) => <div key={key} className="skeleton h-5" />)}</div>
