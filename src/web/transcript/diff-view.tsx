import { useMemo } from 'react'
import { printable } from '../../base/printable.ts'
import { PlainText } from '../ui/plain-text.tsx'
import { lineDiff, type DiffLine } from './line-diff.ts'
import type { FileChange } from './tool-summary.ts'

const looks: Readonly<Record<DiffLine['type'], { readonly sign: string; readonly name: string; readonly className: string }>> = {
  same: { sign: ' ', name: '', className: 'text-ink-2' },
  added: { sign: '+', name: 'added: ', className: 'bg-green-soft text-green' },
  removed: { sign: '-', name: 'removed: ', className: 'bg-red-soft text-red' },
  skipped: { sign: '⋯', name: '', className: 'text-ink-3' },
}

/** A small edit as a unified diff that wraps instead of scrolling sideways. */
export function DiffView({ change }: { readonly change: FileChange }) {
  const lines = useMemo(() => lineDiff(change.old, change.new), [change])
  return (
    <figure className="overflow-hidden rounded-md border border-line bg-code">
      <figcaption className="flex gap-3 border-b border-line px-3 py-1 font-mono text-xs text-ink-2">
        <PlainText text={change.path} className="min-w-0 flex-1" />
        <span className="text-green">+{lines.filter((line) => line.type === 'added').length}</span>
        <span className="text-red">−{lines.filter((line) => line.type === 'removed').length}</span>
      </figcaption>
      <div tabIndex={0} role="group" aria-label="Changed lines" className="max-h-96 overflow-y-auto py-1 font-mono text-xs leading-5">
        {lines.map((line, index) => {
          const { sign, name, className } = looks[line.type]
          return (
            <div key={index} className={`flex px-3 ${className}`}>
              <span aria-hidden className="w-4 shrink-0 select-none">{sign}</span>
              <span className="min-w-0 whitespace-pre-wrap">{name !== '' && <span className="sr-only">{name}</span>}{printable(line.text)}</span>
            </div>
          )
        })}
      </div>
    </figure>
  )
}
