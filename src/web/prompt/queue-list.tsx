import { ChevronDown, ChevronUp, CornerDownRight, Paperclip, Pencil, Play, X } from 'lucide-react'
import { type KeyboardEvent, useContext, useState } from 'react'
import type { QueuedPrompt, SessionView } from '../../spec/view/session-view.ts'
import { ActionsContext } from '../session/actions-context.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { inputClass } from '../ui/field.tsx'
import { PlainText } from '../ui/plain-text.tsx'

/** What waits for its turn: reorder, edit, steer in, delete. Alt+↑ and Alt+↓ move the one in focus. */
export function QueueList({ view }: { readonly view: SessionView }) {
  const actions = useContext(ActionsContext)
  const { queue, queueHeld } = view
  if (queue.length === 0) return null
  return (
    <section aria-label="Queue" className="max-h-[30dvh] overflow-y-auto rounded-xl border border-line bg-side">
      <div className="flex items-center gap-2 px-3.5 pt-2 pb-1">
        <h2 className="flex-1 text-xs font-semibold text-ink-3">
          {queueHeld ? `Held: ${queue.length} waiting until you say go` : `Next: ${queue.length} in the queue`}
        </h2>
        {queueHeld && <Button small tone="accent" icon={<Play size={12} aria-hidden />} onClick={() => void actions?.runQueue()}>Run queue</Button>}
      </div>
      {/* On a phone a question comes first: the queue then shows only that it is there. */}
      <ol className={`pb-1 ${view.asks.length > 0 ? 'max-wide:hidden' : ''}`}>
        {queue.map((entry, index) => <QueueRow key={entry.prompt} entry={entry} view={view} index={index} />)}
      </ol>
    </section>
  )
}

function QueueRow({ entry, view, index }: { readonly entry: QueuedPrompt; readonly view: SessionView; readonly index: number }) {
  const actions = useContext(ActionsContext)
  const [draft, setDraft] = useState<string>()
  const { queue } = view
  const move = (by: -1 | 1) => {
    const target = index + by
    if (target < 0 || target >= queue.length) return
    // Down one place is: before the one after the next.
    const before = by === -1 ? queue[target] : queue[target + 1]
    void actions?.moveQueued(entry.prompt, before?.prompt ?? null)
  }
  const edit = async () => {
    // The view quotes long prompts: saving the quote would cut them.
    setDraft(entry.chars > entry.text.length ? await actions?.queuedText(entry.prompt, view.seq) : entry.text)
  }
  const onKey = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    move(event.key === 'ArrowUp' ? -1 : 1)
  }
  if (draft !== undefined) return <li className="px-3.5 py-1.5"><QueueEditor draft={draft} onDone={() => setDraft(undefined)} onSave={(text) => void actions?.changeQueued(entry.prompt, text)} /></li>
  return (
    <li className="flex items-center gap-1 py-0.5 pr-1.5 pl-3.5" onKeyDown={onKey}>
      <span className="w-4 shrink-0 text-xs text-ink-3 tabular-nums">{index + 1}</span>
      <PlainText text={entry.text} className="line-clamp-1 min-w-0 flex-1 text-sm" />
      {entry.attachments !== undefined && <span className="flex shrink-0 items-center gap-1 text-xs text-ink-3" title={`${entry.attachments.length} attached`}><Paperclip size={12} aria-hidden />{entry.attachments.length}<span className="sr-only"> attached</span></span>}
      <IconButton label={`Move ${index + 1} up`} disabled={index === 0} onClick={() => move(-1)} className="max-wide:hidden"><ChevronUp size={14} aria-hidden /></IconButton>
      <IconButton label={`Move ${index + 1} down`} disabled={index === queue.length - 1} onClick={() => move(1)}><ChevronDown size={14} aria-hidden /></IconButton>
      <IconButton label={`Edit ${index + 1}`} onClick={() => void edit()}><Pencil size={13} aria-hidden /></IconButton>
      {view.turn !== undefined && <IconButton label={`Steer ${index + 1} into the running turn`} onClick={() => void actions?.steerQueued(entry.prompt)}><CornerDownRight size={14} aria-hidden /></IconButton>}
      <IconButton label={`Delete ${index + 1}`} onClick={() => void actions?.removeQueued(entry.prompt)}><X size={14} aria-hidden /></IconButton>
    </li>
  )
}

function QueueEditor({ draft, onSave, onDone }: { readonly draft: string; onSave(text: string): void; onDone(): void }) {
  const [text, setText] = useState(draft)
  const save = () => {
    if (text.trim() === '') return
    onSave(text)
    onDone()
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onDone()
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault()
      save()
    }
  }
  return (
    <div className="space-y-1.5">
      <textarea aria-label="Queued prompt" autoFocus value={text} onChange={(event) => setText(event.target.value)} onKeyDown={onKey} className={`${inputClass} max-h-40 resize-none [field-sizing:content]`} />
      <div className="flex justify-end gap-2">
        <Button small tone="quiet" onClick={onDone}>Cancel</Button>
        <Button small tone="accent" disabled={text.trim() === ''} onClick={save}>Save</Button>
      </div>
    </div>
  )
}
