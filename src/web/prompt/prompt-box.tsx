import { ArrowUp, CornerDownRight, ListPlus, Square } from 'lucide-react'
import { type ClipboardEvent, type DragEvent, type KeyboardEvent, type Ref, useContext, useId, useState } from 'react'
import type { SessionView } from '../../spec/view/session-view.ts'
import { ActionsContext } from '../session/actions-context.ts'
import { AttachmentChip } from '../ui/attachment-chip.tsx'
import { Button } from '../ui/button.tsx'
import { CommandList, fittingCommands } from './command-list.tsx'
import { PromptOptions } from './prompt-options.tsx'
import { useAttachments } from './use-attachments.ts'
import { useDraft } from './use-draft.ts'

/** Enter sends, Shift+Enter breaks the line, Ctrl+Enter steers, Esc stops, / offers commands. What is not sent yet outlives a reload. */
export function PromptBox({ ref, view }: { readonly ref: Ref<HTMLTextAreaElement>; readonly view: SessionView }) {
  const actions = useContext(ActionsContext)
  const [text, setText] = useDraft(view.session)
  const files = useAttachments()
  const [choice, setChoice] = useState({ active: 0, closedAt: '' })
  const listId = useId()
  const running = view.turn !== undefined
  const stopping = view.turn?.stopping === true
  const commands = choice.closedAt === text ? [] : fittingCommands(text, view.offers.commands)
  const active = Math.min(choice.active, commands.length - 1)
  const empty = text.trim() === '' && files.drafts.length === 0
  const give = async (order: (text: string) => Promise<boolean> | undefined) => {
    const given = text
    if (given.trim() === '') return
    setText('')
    // Not taken: the words come back, before what was written meanwhile.
    if ((await order(given)) === false) setText((now) => (now === '' ? given : `${given}\n${now}`))
  }
  const send = async () => {
    if (files.busy || empty) return
    const taken = files.take()
    const attachments = taken.flatMap(({ attachment }) => (attachment === undefined ? [] : [attachment]))
    const given = text.trim() === '' ? 'Look at the attached.' : text
    setText('')
    if (await actions?.send(given, attachments)) return
    setText((now) => (now === '' ? given : `${given}\n${now}`))
    files.restore(taken)
  }
  const pick = (id: string) => setText(`/${id} `)
  const onListKey = (event: KeyboardEvent<HTMLTextAreaElement>): boolean => {
    const picked = commands[active]
    if (picked === undefined) return false
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) setChoice({ ...choice, active: (active + step + commands.length) % commands.length })
    else if (event.key === 'Escape') setChoice({ active: 0, closedAt: text })
    else if (event.key === 'Tab' || (event.key === 'Enter' && text !== `/${picked.id}`)) pick(picked.id)
    else return false
    event.preventDefault()
    return true
  }
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing || onListKey(event)) return
    if (event.key === 'Escape' && running && !stopping) {
      event.preventDefault()
      void actions?.stop()
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      if (running && (event.ctrlKey || event.metaKey)) void give((words) => actions?.steer(words))
      else void send()
    }
  }
  const takeFiles = (event: ClipboardEvent | DragEvent, data: DataTransfer) => {
    if (data.files.length === 0) return
    event.preventDefault()
    files.add(data.files)
  }
  if (view.archived) {
    return (
      <div className="flex flex-wrap items-center justify-between gap-2 rounded-xl border border-line bg-side px-3.5 py-2 text-sm text-ink-2">
        This session is archived and takes no prompts.
        <Button small onClick={() => void actions?.archive(false)}>Unarchive</Button>
      </div>
    )
  }
  return (
    <div
      className="relative rounded-xl border border-line-strong bg-raised shadow-sm focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent"
      onDragOver={(event) => event.preventDefault()} onDrop={(event) => takeFiles(event, event.dataTransfer)}
    >
      {commands.length > 0 && <CommandList id={listId} commands={commands} active={active} onPick={({ id }) => pick(id)} />}
      {files.drafts.length > 0 && (
        <div className="flex flex-wrap gap-1.5 px-2.5 pt-2.5">
          {files.drafts.map(({ key, name, attachment }) => <AttachmentChip key={key} name={name} attachment={attachment} onRemove={() => files.remove(key)} />)}
        </div>
      )}
      <textarea
        ref={ref} rows={1} aria-label="Prompt" value={text} onChange={(event) => setText(event.target.value)} onKeyDown={onKey} onPaste={(event) => takeFiles(event, event.clipboardData)}
        aria-autocomplete="list" aria-controls={commands.length > 0 ? listId : undefined} aria-activedescendant={commands.length > 0 ? `${listId}-${active}` : undefined}
        placeholder={running ? 'Add to the queue, or steer…' : view.mode === 'plan' ? 'What should the agent plan?' : 'What should the agent do?'}
        className="block max-h-[40dvh] w-full resize-none bg-transparent px-3.5 pt-2.5 text-read outline-none [field-sizing:content]"
      />
      <div className="flex items-center gap-1 px-2 py-2">
        <PromptOptions view={view} onFiles={files.add} />
        <p className="min-w-0 flex-1 truncate px-1.5 text-xs text-ink-3">
          <span className="max-full:hidden">{running ? 'Enter queues · Ctrl+Enter steers · Esc stops' : 'Enter sends · / for commands'}</span>
        </p>
        {running && (
          <>
            <Button small disabled={stopping} icon={<Square size={11} fill="currentColor" aria-hidden />} onClick={() => void actions?.stop()}>{stopping ? 'Stopping…' : 'Stop'}</Button>
            <Button small disabled={text.trim() === ''} icon={<CornerDownRight size={13} aria-hidden />} onClick={() => void give((words) => actions?.steer(words))}>Steer</Button>
          </>
        )}
        <Button small tone="accent" disabled={empty || files.busy} icon={running ? <ListPlus size={13} aria-hidden /> : <ArrowUp size={13} aria-hidden />} onClick={() => void send()}>
          {running ? 'Queue' : 'Send'}
        </Button>
      </div>
    </div>
  )
}
