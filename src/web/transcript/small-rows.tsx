import { CircleAlert, CircleSlash, GitFork, Info, TriangleAlert } from 'lucide-react'
import { memo, type ReactNode, useContext } from 'react'
import type { ItemOf } from '../../spec/view/transcript-item.ts'
import { ActionsContext } from '../session/actions-context.ts'
import { AttachmentChip } from '../ui/attachment-chip.tsx'
import { Button } from '../ui/button.tsx'
import { duration } from '../ui/format.ts'
import { PlainText } from '../ui/plain-text.tsx'
import { useOpenRows } from './open-rows.ts'

/** A prompt longer than this, in characters or lines, is folded. */
const maxPrompt = { chars: 900, lines: 12 } as const

/** What a person said, and when it landed. */
export const PromptRow = memo(function PromptRow({ item }: { readonly item: ItemOf<'prompt'> }) {
  const { isOpen, toggle } = useOpenRows(`p:${item.key}`, false)
  const long = item.text.length > maxPrompt.chars || item.text.split('\n').length > maxPrompt.lines
  const note = item.steer === undefined ? undefined : item.steer === 'turn' ? 'steered into this turn' : 'lands with the next turn'
  const author = item.by.kind === 'user' && item.by.id !== 'local' ? item.by.id : undefined
  return (
    <article aria-label="You" className="mt-4 mb-2 ml-auto w-fit max-w-[92%] rounded-xl rounded-br-sm border border-line bg-side px-3.5 py-2">
      <p className={`text-read whitespace-pre-wrap ${long && !isOpen ? 'line-clamp-6' : ''}`} dir="auto"><PlainText text={item.text} /></p>
      {item.attachments !== undefined && <div className="mt-1.5 flex flex-wrap gap-1.5">{item.attachments.map((each, index) => <AttachmentChip key={index} name={each.name} attachment={each} />)}</div>}
      {long && <Button tone="quiet" small aria-expanded={isOpen} onClick={toggle} className="mt-1 -ml-2">{isOpen ? 'Show less' : 'Show all'}</Button>}
      {(note !== undefined || author !== undefined) && <p className="mt-0.5 text-xs text-ink-3"><PlainText text={[author, note].filter((part) => part !== undefined).join(' · ')} /></p>}
    </article>
  )
})

/** The end of a turn: a hairline when all went well, otherwise what happened and what to do. */
export const EndRow = memo(function EndRow({ item }: { readonly item: ItemOf<'end'> }) {
  const time = item.ms === undefined ? '' : duration(item.ms)
  if (item.outcome === 'completed') {
    return (
      <div className="group my-2 flex items-center gap-3 text-xs text-ink-3">
        <span className="h-px flex-1 bg-line" />
        <span className="tabular-nums">{time === '' ? 'done' : `done in ${time}`}</span>
        {item.turn !== undefined && <ForkButton turn={item.turn} />}
      </div>
    )
  }
  const failed = item.outcome === 'failed'
  const Icon = failed ? CircleAlert : CircleSlash
  return (
    <div className={`my-3 flex gap-2.5 rounded-lg px-3 py-2.5 text-sm ${failed ? 'bg-red-soft' : 'bg-side'}`}>
      <Icon size={16} aria-hidden className={`mt-0.5 shrink-0 ${failed ? 'text-red' : 'text-ink-3'}`} />
      <div className="min-w-0 flex-1">
        <p className={`font-medium ${failed ? 'text-red' : 'text-ink-2'}`}>{failed ? 'This turn failed' : 'Stopped'}{time !== '' && ` after ${time}`}</p>
        {item.reason !== undefined && <p className="whitespace-pre-wrap text-ink-2"><PlainText text={item.reason} /></p>}
        {item.advice !== undefined && <p className="mt-1 text-ink"><PlainText text={item.advice} /></p>}
      </div>
      {item.turn !== undefined && <ForkButton turn={item.turn} />}
    </div>
  )
})

function ForkButton({ turn }: { readonly turn: string }) {
  const actions = useContext(ActionsContext)
  return (
    <Button
      tone="quiet" small icon={<GitFork size={13} aria-hidden />} onClick={() => void actions?.fork(turn)} title="A new session that goes on from here; this one is untouched"
      className="-my-1.5 text-ink-3"
    >
      Fork<span className="sr-only"> from this turn</span>
    </Button>
  )
}

export const NoticeRow = memo(function NoticeRow({ item }: { readonly item: ItemOf<'notice'> }) {
  if (item.level === 'alert') return <Line icon={<TriangleAlert size={14} aria-hidden />} className="my-1 rounded-md bg-red-soft px-2 font-medium text-red"><PlainText text={item.text} className="whitespace-pre-wrap" /></Line>
  const warns = item.level === 'warning'
  return <Line icon={warns ? <TriangleAlert size={14} aria-hidden /> : <Info size={14} aria-hidden />} className={warns ? 'text-amber' : 'text-ink-3'}><PlainText text={item.text} className="whitespace-pre-wrap" /></Line>
})

const reasons: Readonly<Record<ItemOf<'unsupported'>['why'], string>> = {
  'unknown-type': 'this version does not know it', 'newer-version': 'written by a newer version', erased: 'erased',
}

/** Written by a newer version, or erased: one grey row, never guessed at. */
export const UnsupportedRow = memo(function UnsupportedRow({ item }: { readonly item: ItemOf<'unsupported'> }) {
  return <Line icon={<CircleSlash size={14} aria-hidden />} className="text-ink-3"><PlainText text={item.type} className="font-mono" /> ({reasons[item.why]})</Line>
})

function Line({ icon, className, children }: { readonly icon: ReactNode; readonly className: string; readonly children: ReactNode }) {
  return (
    <p className={`flex gap-2 py-1 text-xs leading-5 ${className}`}>
      <span className="mt-0.5 shrink-0">{icon}</span>
      <span className="min-w-0">{children}</span>
    </p>
  )
}
