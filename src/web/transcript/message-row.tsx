import { Brain, ChevronRight } from 'lucide-react'
import { lazy, memo, Suspense } from 'react'
import { printable } from '../../base/printable.ts'
import { readableText, type StoredText } from '../../spec/stored-text.ts'
import { useOpenRows } from './open-rows.ts'
import { WholeText } from './whole-text.tsx'

const load = () => import('./markdown.tsx')
const Markdown = lazy(load)
/** Fetches the renderer ahead of the first message. */
export const preloadMarkdown = () => void load()

interface Props {
  readonly rowKey: string
  readonly text: StoredText
  readonly reasoning: StoredText | undefined
  /** True while it is being written. */
  readonly live: boolean
  /** True when it was cut off. */
  readonly partial: boolean
}

export const MessageRow = memo(function MessageRow({ rowKey, text, reasoning, live, partial }: Props) {
  const shown = readableText(text)
  return (
    <article aria-label="Agent" className="space-y-2 py-2">
      {reasoning !== undefined && readableText(reasoning) !== '' && <Reasoning rowKey={rowKey} text={reasoning} live={live && shown === ''} />}
      {shown !== '' && (
        <div className="prose min-w-0">
          <Suspense fallback={<p className="whitespace-pre-wrap">{printable(shown)}</p>}><Markdown text={shown} live={live} /></Suspense>
        </div>
      )}
      {'blob' in text && <WholeText stored={text} />}
      {partial && <p className="text-xs text-ink-3">Cut off here.</p>}
    </article>
  )
})

function Reasoning({ rowKey, text, live }: { readonly rowKey: string; readonly text: StoredText; readonly live: boolean }) {
  const { isOpen, toggle } = useOpenRows(`${rowKey}/reasoning`, false)
  const shown = readableText(text)
  return (
    <div className="text-sm text-ink-2">
      <button type="button" aria-expanded={isOpen} onClick={toggle} className="-mx-1 flex max-w-full items-center gap-1.5 rounded-md px-1 py-0.5 text-left hover:text-ink">
        <ChevronRight size={14} aria-hidden className={`shrink-0 transition-transform ${isOpen ? 'rotate-90' : ''}`} />
        <Brain size={14} aria-hidden className="shrink-0" />
        <span className="line-clamp-1 min-w-0">{live ? 'Thinking…' : isOpen ? 'Thought' : printable(`Thought: ${shown.trim().split('\n', 1)[0] ?? ''}`)}</span>
      </button>
      {isOpen && <p className="mt-1 ml-[0.4375rem] border-l border-line-strong pl-4 whitespace-pre-wrap">{printable(shown)}</p>}
    </div>
  )
}
