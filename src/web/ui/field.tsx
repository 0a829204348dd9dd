import { type ReactNode, useId } from 'react'

export const inputClass = 'w-full rounded-md border border-line-strong bg-bg px-2.5 py-1.5 text-sm text-ink disabled:opacity-60'

/** A labelled control. `children` gets the id to put on it, and the id of its hint. */
export function Field({ label, hint, children }: { readonly label: string; readonly hint?: ReactNode; children(ids: { id: string; 'aria-describedby'?: string }): ReactNode }) {
  const id = useId()
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block text-sm font-medium">{label}</label>
      {children(hint === undefined ? { id } : { id, 'aria-describedby': `${id}-hint` })}
      {hint !== undefined && <p id={`${id}-hint`} className="text-xs text-ink-3">{hint}</p>}
    </div>
  )
}
