import type { ReactNode } from 'react'
import { PlainText } from '../../ui/plain-text.tsx'

/** A policy in a list: its name, what it does, and what can be done with it. */
export function PolicyRow({ name, does, note, faded = false, children }: { readonly name: string; readonly does: string; readonly note?: string; readonly faded?: boolean; readonly children?: ReactNode }) {
  return (
    <li className="flex items-start gap-3 px-3 py-2 text-sm">
      <span className="min-w-0 flex-1">
        <PlainText text={name} className={`font-mono text-xs font-medium break-all ${faded ? 'text-ink-3' : ''}`} />
        {note !== undefined && <span className="ml-2 text-xs text-ink-3">{note}</span>}
        <span className={`block ${faded ? 'text-ink-3' : 'text-ink-2'}`}><PlainText text={does} /></span>
      </span>
      {children}
    </li>
  )
}

/** A list with its heading, and what it means in a line. */
export function PolicySection({ title, about, children }: { readonly title: string; readonly about?: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title} className="space-y-1.5">
      <h3 className="text-xs font-semibold text-ink-3">{title}{about !== undefined && <span className="font-normal"> · {about}</span>}</h3>
      {children}
    </section>
  )
}

export const policyListClass = 'divide-y divide-line rounded-lg border border-line'
