import { ArrowUp, CornerDownRight, ListPlus, Square } from 'lucide-react'
import { type KeyboardEvent, type Ref, useContext, useState } from 'react'
import type { SessionView } from '../../spec/view/session-view.ts'
import { ActionsContext } from '../session/actions-context.ts'
import { Button } from '../ui/button.tsx'

const draftKey = (session: string) => `omnigent.draft.${session}`

/** Enter sends, Shift+Enter breaks the line, Ctrl+Enter steers, Esc stops. What is not sent yet outlives a reload. */
export function PromptBox({ ref, view }: { readonly ref: Ref<HTMLTextAreaElement>; readonly view: SessionView }) {
  const actions = useContext(ActionsContext)
  const [text, setText] = useState(() => sessionStorage.getItem(draftKey(view.session)) ?? '')
  const running = view.turn !== undefined
  const stopping = view.turn?.stopping === true
  const change = (next: string) => {
    setText(next)
    if (next === '') sessionStorage.removeItem(draftKey(view.session))
    else sessionStorage.setItem(draftKey(view.session), next)
  }
  const give = async (order: ((text: string) => Promise<boolean>) | undefined) => {
    const given = text
    if (given.trim() === '' || order === undefined) return
    change('')
    // Not taken: the words come back, before what was written meanwhile.
    if (!(await order(given))) setText((now) => (now === '' ? given : `${given}\n${now}`))
  }
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape' && running && !stopping) {
      event.preventDefault()
      void actions?.stop()
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      void give(running && (event.ctrlKey || event.metaKey) ? actions?.steer : actions?.send)
    }
  }
  if (view.archived) {
    return (
      <div className="flex flex-wrap items-center justify-between gap-2 rounded-xl border border-line bg-side px-3.5 py-2 text-sm text-ink-2">
        This session is archived and takes no prompts.
        <Button small onClick={() => void actions?.archive(false)}>Unarchive</Button>
      </div>
    )
  }
  const empty = text.trim() === ''
  return (
    <div className="rounded-xl border border-line-strong bg-raised shadow-sm focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent">
      <textarea
        ref={ref} rows={1} aria-label="Prompt" value={text} onChange={(event) => change(event.target.value)} onKeyDown={onKey}
        placeholder={running ? 'Add to the queue, or steer…' : 'What should the agent do?'}
        className="block max-h-[40dvh] w-full resize-none bg-transparent px-3.5 pt-2.5 text-read outline-none [field-sizing:content]"
      />
      <div className="flex items-center gap-2 px-2 py-2">
        <p className="min-w-0 flex-1 px-1.5 text-xs text-ink-3">
          <span className="max-wide:hidden">{running ? 'Enter queues · Ctrl+Enter steers · Esc stops' : 'Enter sends · Shift+Enter breaks the line'}</span>
        </p>
        {running && (
          <>
            <Button small disabled={stopping} icon={<Square size={11} fill="currentColor" aria-hidden />} onClick={() => void actions?.stop()}>{stopping ? 'Stopping…' : 'Stop'}</Button>
            <Button small disabled={empty} icon={<CornerDownRight size={13} aria-hidden />} onClick={() => void give(actions?.steer)}>Steer</Button>
          </>
        )}
        <Button small tone="accent" disabled={empty} icon={running ? <ListPlus size={13} aria-hidden /> : <ArrowUp size={13} aria-hidden />} onClick={() => void give(actions?.send)}>
          {running ? 'Queue' : 'Send'}
        </Button>
      </div>
    </div>
  )
}
