import { Button } from '../ui/button.tsx'
import { DialogFrame } from '../ui/dialog-frame.tsx'

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
      <p className="text-sm text-ink-2">{text}</p>
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button tone="danger" onClick={() => (onConfirm(), onClose())}>{action}</Button>
      </div>
    </DialogFrame>
  )
}
