import { ShieldQuestion } from 'lucide-react'
import { type Ref, useContext, useEffect, useId, useMemo, useState } from 'react'
import { AppError } from '../../spec/app-error.ts'
import { maxChangeLines } from '../../spec/observed-action.ts'
import type { OpenAsk, SessionView } from '../../spec/view/session-view.ts'
import type { ItemOf, TranscriptItem } from '../../spec/view/transcript-item.ts'
import { useData } from '../data/data-context.ts'
import { ExactInput } from '../transcript/tool-body.tsx'
import { summarise } from '../transcript/tool-summary.ts'
import { Button } from '../ui/button.tsx'
import { inputClass } from '../ui/field.tsx'
import { PlainText } from '../ui/plain-text.tsx'
import { ActionsContext } from './actions-context.ts'
import { ActionList } from './action-list.tsx'
import { type Remembered, RememberChoice } from './remember-choice.tsx'
import { RuleList } from './rule-list.tsx'

interface Props {
  readonly ref: Ref<HTMLElement>
  readonly view: SessionView
  readonly items: readonly TranscriptItem[]
  readonly older: boolean
  onOlder(): void
}

/** What the agent wants to do and may not without a person: the oldest question, exactly as it would run. */
export function ApprovalDock({ ref, view, items, older, onOlder }: Props) {
  const ask = view.asks[0]
  const item = useMemo(
    () => (ask === undefined ? undefined : items.findLast((each): each is ItemOf<'tool'> => each.kind === 'tool' && each.approval?.approval === ask.approval)),
    [ask, items],
  )
  const missing = ask !== undefined && item === undefined && older
  useEffect(() => {
    // Nobody should allow what they cannot see: pages are fetched until it is here.
    if (missing) onOlder()
  }, [missing, items, onOlder])
  if (ask === undefined) return null
  return <ApprovalCard key={ask.approval} ref={ref} ask={ask} item={item} waiting={view.asks.length - 1} />
}

function ApprovalCard({ ref, ask, item, waiting }: { readonly ref: Ref<HTMLElement>; readonly ask: OpenAsk; readonly item: ItemOf<'tool'> | undefined; readonly waiting: number }) {
  const actions = useContext(ActionsContext)
  const { messages } = useData()
  const [comment, setComment] = useState('')
  const [remembered, setRemembered] = useState<Remembered>()
  const [busy, setBusy] = useState(false)
  const title = useId()
  const summary = useMemo(() => (item === undefined ? undefined : summarise(item)), [item])
  const answer = async (word: 'allow' | 'deny') => {
    if (actions === undefined) return
    if (word === 'allow' && item?.approval?.digest !== ask.digest) return messages.error(new AppError('conflict', 'What is shown is not what is asked. Reload the page.'))
    setBusy(true)
    if (!(await actions.answer(ask, word, { comment: comment.trim(), ...(remembered === undefined ? {} : { remembered }) }))) setBusy(false)
  }
  return (
    <section ref={ref} tabIndex={-1} aria-labelledby={title} className="flex max-h-[55dvh] flex-col rounded-xl border border-amber-line bg-raised shadow-sm">
      <h2 id={title} className="flex items-start gap-2 rounded-t-xl bg-amber-soft px-3.5 py-2 text-sm font-semibold text-amber">
        <ShieldQuestion size={16} aria-hidden className="mt-0.5 shrink-0" />
        <span className="min-w-0 flex-1">{ask.about !== undefined ? 'Needs you: keep what a command changed?' : item?.gates === 'net' ? 'Needs you: may this leave the sandbox?' : 'Needs you: may the agent do this?'}</span>
        {waiting > 0 && <span className="shrink-0 text-xs leading-5 font-medium">{waiting} more</span>}
      </h2>
      <div className="min-h-0 flex-1 space-y-2.5 overflow-y-auto px-3.5 py-2.5">
        {summary?.target !== ask.title && <p className="font-medium"><PlainText text={ask.title} /></p>}
        {item === undefined ? <p className="text-sm text-ink-2">Loading the exact action…</p> : (
          <>
            <ExactInput item={item} summary={summary ?? summarise(item)} />
            {(ask.about === undefined || item.actions.length > maxChangeLines) && <ActionList actions={item.actions} />}
          </>
        )}
        <RuleList rules={ask.rules} />
        {ask.about !== undefined && <p className="text-xs text-ink-3">The files are as they were before it ran; what it made of them is kept aside. Nothing waits for your answer.</p>}
        {ask.expiresAt !== undefined && <p className="text-xs text-ink-3">Refused at {new Date(ask.expiresAt).toLocaleTimeString()} if nobody answers.</p>}
        {ask.offers !== undefined && <RememberChoice offers={ask.offers} value={remembered} onChange={setRemembered} />}
      </div>
      <form className="flex flex-wrap items-center gap-2 border-t border-line px-3.5 py-2.5" onSubmit={(event) => event.preventDefault()}>
        <input
          aria-label="Comment for the agent (optional)" placeholder="Comment for the agent (optional)" maxLength={2_000} value={comment}
          onChange={(event) => setComment(event.target.value)} className={`${inputClass} min-w-40 flex-1`}
        />
        <Button tone="danger" disabled={busy} onClick={() => void answer('deny')}>{ask.about === undefined ? 'Deny' : 'Leave out'}</Button>
        <Button tone="accent" disabled={busy || item === undefined} onClick={() => void answer('allow')}>{ask.about === undefined ? 'Allow' : 'Keep'}</Button>
      </form>
    </section>
  )
}
