import { ListChecks, Paperclip } from 'lucide-react'
import { useContext, useRef } from 'react'
import type { SessionView } from '../../spec/view/session-view.ts'
import { ActionsContext } from '../session/actions-context.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { count } from '../ui/format.ts'

/** What goes with a prompt besides its words: files, and whether the agent only plans. */
export function PromptOptions({ view, onFiles }: { readonly view: SessionView; onFiles(files: Iterable<File>): void }) {
  const actions = useContext(ActionsContext)
  const input = useRef<HTMLInputElement>(null)
  const planning = view.mode === 'plan'
  return (
    <>
      <input
        ref={input} type="file" multiple className="hidden" aria-hidden tabIndex={-1}
        onChange={(event) => {
          onFiles(event.target.files ?? [])
          event.target.value = ''
        }}
      />
      <IconButton label="Attach files" className="size-7" onClick={() => input.current?.click()}><Paperclip size={14} aria-hidden /></IconButton>
      <Button
        small tone={planning ? 'plain' : 'quiet'} aria-pressed={planning} title="In plan mode the agent reads and plans, and changes nothing"
        className={planning ? 'border-accent! text-accent!' : ''} icon={<ListChecks size={13} aria-hidden />} onClick={() => void actions?.setMode(planning ? 'default' : 'plan')}
      >
        Plan
      </Button>
      <ContextShare context={view.context} />
    </>
  )
}

function ContextShare({ context }: Pick<SessionView, 'context'>) {
  if (context?.window === undefined) return null
  const share = Math.min(100, Math.round((context.used / context.window) * 100))
  return (
    <span title={`The conversation fills ${count(context.used)} of ${count(context.window)} tokens`} className={`text-xs tabular-nums max-wide:hidden ${share > 85 ? 'text-amber' : 'text-ink-3'}`}>
      {share} % context
    </span>
  )
}
