import { ChevronRight, History } from 'lucide-react'
import { useState } from 'react'
import type { ConversationList } from '../../spec/earlier-conversation.ts'
import { useData } from '../data/data-context.ts'
import { useAnswer } from '../data/use-answer.ts'
import { useNow } from '../data/use-now.ts'
import { ago } from '../ui/format.ts'
import { PlainText } from '../ui/plain-text.tsx'

interface Props {
  readonly folder: string
  /** Ids the agent can run on; empty means any. */
  readonly allowed: readonly string[]
  readonly busy: boolean
  onChoose(chosen: { readonly harness: string; readonly id: string }): void
}

/** What the person said to programs by hand in this folder, on demand; choosing one goes on with it. */
export function EarlierConversations({ folder, allowed, busy, onChoose }: Props) {
  const { client } = useData()
  // Asked about the folder as it was when the list was opened, not about every letter that is typed.
  const [asked, setAsked] = useState<string>()
  const isOpen = asked === folder
  const answer = useAnswer(isOpen ? `conversations in ${asked}` : undefined, () => client.conversations(folder))
  return (
    <section>
      <button type="button" aria-expanded={isOpen} disabled={!folder.startsWith('/')} onClick={() => setAsked(isOpen ? undefined : folder)} className="-mx-1 flex items-center gap-1.5 rounded-md px-1 py-0.5 text-sm text-ink-2 hover:text-ink disabled:opacity-60">
        <ChevronRight size={14} aria-hidden className={`shrink-0 transition-transform ${isOpen ? 'rotate-90' : ''}`} />
        <History size={14} aria-hidden className="shrink-0" />
        Go on with an earlier conversation in this folder
      </button>
      {isOpen && answer.state === 'loading' && <div aria-busy="true" aria-label="Looking for them" className="skeleton mt-2 h-12" />}
      {isOpen && answer.state === 'failed' && <p role="alert" className="mt-2 text-sm text-red">{answer.error.message}</p>}
      {isOpen && answer.state === 'ready' && <Found lists={answer.value.filter(({ harness }) => allowed.length === 0 || allowed.includes(harness))} busy={busy} onChoose={onChoose} />}
    </section>
  )
}

function Found({ lists, busy, onChoose }: Pick<Props, 'busy' | 'onChoose'> & { readonly lists: readonly ConversationList[] }) {
  const now = useNow()
  const rows = lists.flatMap(({ harness, title: from, conversations }) => conversations.map((each) => ({ ...each, harness, from }))).toSorted((left, right) => right.updatedAt - left.updatedAt)
  return (
    <div className="mt-2 space-y-2">
      {rows.length === 0 && <p className="text-sm text-ink-2">None that this agent could go on with. Sessions that Omnigent runs are in the list at the side.</p>}
      {rows.length > 0 && (
        <ul aria-label="Earlier conversations" className="max-h-64 divide-y divide-line overflow-y-auto rounded-lg border border-line">
          {rows.map(({ harness, id, title, from, turns, updatedAt }) => (
            <li key={`${harness}/${id}`}>
              <button type="button" disabled={busy} onClick={() => onChoose({ harness, id })} className="block w-full px-3 py-2 text-left text-sm -outline-offset-2 hover:bg-hover disabled:opacity-60">
                <PlainText text={title} className="line-clamp-2" />
                <span className="block text-xs text-ink-3"><PlainText text={from} /> · {turns === undefined ? 'long' : `${turns} ${turns === 1 ? 'turn' : 'turns'}`} · {ago(updatedAt, now)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {lists.map(({ harness, problem }) => problem !== undefined && <PlainText key={harness} text={problem} className="block text-xs text-amber" />)}
    </div>
  )
}
