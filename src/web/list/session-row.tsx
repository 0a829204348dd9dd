import { memo, type MouseEvent } from 'react'
import type { IndexRow } from '../../spec/view/index-row.ts'
import { goTo, pathOf } from '../data/location.ts'
import { ago } from '../ui/format.ts'
import { PlainText } from '../ui/plain-text.tsx'
import { StatusMark } from '../ui/status-mark.tsx'
import { wordOfRow } from '../ui/status-word.ts'

/** Follows a plain click inside the page; new tabs and windows stay the browser's business. */
export function follow(event: MouseEvent, session: string): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  goTo(session)
}

export const SessionRow = memo(function SessionRow({ row, selected, now }: { readonly row: IndexRow; readonly selected: boolean; readonly now: number }) {
  const status = wordOfRow(row)
  return (
    <a
      href={pathOf(row.session)}
      aria-current={selected ? 'page' : undefined}
      onClick={(event) => follow(event, row.session)}
      className={`block rounded-md px-2.5 py-2 -outline-offset-2 ${selected ? 'bg-selected' : 'hover:bg-hover'}`}
    >
      <span className="flex items-baseline gap-2">
        <PlainText text={row.title} className="line-clamp-1 min-w-0 flex-1 text-sm font-medium" />
        <time dateTime={new Date(row.updatedAt).toISOString()} className={`shrink-0 text-xs tabular-nums ${selected ? 'text-ink-2' : 'text-ink-3'}`}>{ago(row.updatedAt, now)}</time>
      </span>
      <span className="mt-0.5 flex items-center gap-2">
        <StatusMark status={status} />
        <span className={`line-clamp-1 min-w-0 text-xs ${selected ? 'text-ink-2' : 'text-ink-3'}`}>
          <PlainText text={`${row.agent} · ${row.harness}`} />
          {row.queued > 0 && ` · ${row.queued} queued`}
        </span>
      </span>
    </a>
  )
})
