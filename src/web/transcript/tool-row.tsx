import { Bot, ChevronRight, Coins, FilePen, FileText, Globe, Plug, Send, Search, SquareTerminal, Wrench } from 'lucide-react'
import { memo, useMemo } from 'react'
import type { ItemOf } from '../../spec/view/transcript-item.ts'
import { duration } from '../ui/format.ts'
import { PlainText } from '../ui/plain-text.tsx'
import { useOpenRows } from './open-rows.ts'
import { ToolBody } from './tool-body.tsx'
import { summarise, type ToolKind } from './tool-summary.ts'

const icons: Readonly<Record<ToolKind, typeof Bot>> = {
  command: SquareTerminal, edit: FilePen, read: FileText, search: Search, web: Globe, agent: Bot, service: Plug, model: Coins, request: Send, other: Wrench,
}
interface Look {
  readonly word: string
  readonly className: string
}
const states: Readonly<Record<ItemOf<'tool'>['state'], Look>> = {
  proposed: { word: 'waiting', className: 'text-ink-3' },
  asking: { word: 'needs you', className: 'text-amber' },
  running: { word: 'running', className: 'text-accent' },
  ok: { word: '', className: 'text-ink-3' },
  error: { word: 'failed', className: 'text-red' },
  denied: { word: 'denied', className: 'text-amber' },
  interrupted: { word: 'stopped', className: 'text-ink-3' },
  unknown: { word: 'outcome unknown', className: 'text-amber' },
}

/** Of changes that are kept aside. */
const asides: Partial<typeof states> = { ok: { word: 'kept', className: 'text-ink-3' }, denied: { word: 'left out', className: 'text-amber' }, running: { word: 'putting back', className: 'text-accent' } }

/** One tool call: a line, and on demand what it was given, what it printed and how it was decided. */
export const ToolRow = memo(function ToolRow({ item, live }: { readonly item: ItemOf<'tool'>; readonly live: string | undefined }) {
  const summary = useMemo(() => summarise(item), [item])
  const { isOpen, toggle } = useOpenRows(`t:${item.key}`, false)
  const Icon = icons[summary.kind]
  const look = item.about !== undefined && item.state in asides ? (asides[item.state] ?? states[item.state]) : states[item.state]
  const exit = item.exitCode !== undefined && item.exitCode !== 0 ? `exit ${item.exitCode}` : undefined
  const ms = item.endedAt === undefined || item.about !== undefined ? undefined : item.endedAt - item.at
  return (
    <div className={`rounded-md ${item.parent === undefined ? '' : 'ml-2 border-l border-line-strong pl-4'} ${item.state === 'asking' ? '-mx-1.5 bg-amber-soft px-1.5' : ''}`}>
      <button
        type="button" aria-expanded={isOpen} onClick={toggle}
        className="group -mx-1.5 flex w-[calc(100%+0.75rem)] items-center gap-2 rounded-md px-1.5 py-1 text-left text-sm hover:bg-hover"
      >
        <ChevronRight size={14} aria-hidden className={`shrink-0 text-ink-3 transition-transform ${isOpen ? 'rotate-90' : ''}`} />
        <Icon size={15} aria-hidden className={`shrink-0 ${item.state === 'running' ? 'text-accent' : 'text-ink-3'}`} />
        <span className="shrink-0 text-ink-2">{summary.verb}</span>
        <PlainText text={summary.target.split('\n', 1)[0] ?? ''} className="line-clamp-1 min-w-0 flex-1 font-mono text-xs leading-5 break-all" />
        <span className={`flex shrink-0 items-center gap-2 text-xs tabular-nums ${look.className}`}>
          {item.state === 'running' && <span aria-hidden className="dot-live size-1.5 rounded-full bg-accent" />}
          {[look.word, exit].filter((word) => word !== undefined && word !== '').join(' · ')}
          {ms !== undefined && item.state === 'ok' && ms >= 1_000 && duration(ms)}
          {item.state === 'ok' && <span className="sr-only">done</span>}
          {item.parent !== undefined && <span className="sr-only">by a sub-agent</span>}
        </span>
      </button>
      {!isOpen && item.state === 'running' && live !== undefined && live !== '' && <LiveTail text={live} />}
      {isOpen && <ToolBody item={item} summary={summary} live={live} />}
    </div>
  )
})

/** The last lines of a command that is running. */
function LiveTail({ text }: { readonly text: string }) {
  const tail = text.trimEnd().split('\n').slice(-4).join('\n')
  return (
    <pre className="mt-0.5 mb-1 ml-[1.875rem] max-h-24 overflow-hidden border-l-2 border-accent pl-3 font-mono text-xs leading-5 whitespace-pre-wrap text-ink-2">
      <PlainText text={tail.slice(-1_000)} />
    </pre>
  )
}
