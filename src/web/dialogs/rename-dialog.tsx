import { type FormEvent, useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { DialogActions, DialogFrame } from '../ui/dialog-frame.tsx'
import { Field, inputClass } from '../ui/field.tsx'

interface Props {
  readonly open: boolean
  readonly title: string
  /** Resolves to whether it worked. */
  onRename(title: string): Promise<boolean>
  onClose(): void
}

export function RenameDialog({ open, title, onRename, onClose }: Props) {
  const [text, setText] = useState(title)
  useEffect(() => {
    if (open) setText(title)
    // A title that changes while somebody types must not replace what they typed.
  }, [open])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() !== '' && (await onRename(text.trim()))) onClose()
  }
  return (
    <DialogFrame open={open} onClose={onClose} title="Rename the session">
      <form className="space-y-4" onSubmit={(event) => void submit(event)}>
        <Field label="Title">{(ids) => <input {...ids} className={inputClass} maxLength={200} value={text} onChange={(event) => setText(event.target.value)} />}</Field>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="accent" type="submit" disabled={text.trim() === ''}>Rename</Button>
        </DialogActions>
      </form>
    </DialogFrame>
  )
}
