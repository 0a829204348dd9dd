import { Button } from '../ui/button.tsx'
import { DialogActions, DialogFrame } from '../ui/dialog-frame.tsx'

interface Props {
  readonly open: boolean
  readonly title: string
  readonly text: string
  readonly action: string
  onConfirm(): void
  onClose(): void
}

/** Asks before what cannot be undone. */
export function ConfirmDialog({ open, title, text, action, onConfirm, onClose }: Props) {
  return (
    <DialogFrame open={open} onClose={onClose} title={title}>
      <p className="mb-4 text-sm text-ink-2">{text}</p>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button tone="danger" onClick={() => (onConfirm(), onClose())}>{action}</Button>
      </DialogActions>
    </DialogFrame>
  )
}
