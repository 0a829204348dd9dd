import { useRef, useState } from 'react'
import type { TrustAnswer, TrustAsk, TrustCard } from '../../spec/trust/trust-card.ts'
import { visibleText } from '../../spec/trust/visible-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogActions, DialogFrame } from '../ui/dialog-frame.tsx'

interface Props {
  /** Open while there is one. */
  readonly card: TrustCard | undefined
  onAnswer(answer: TrustChoice): void
}

/** A person's answer; `without` leaves out what only the project asks for; undefined is a no. */
export type TrustChoice = TrustAnswer | 'without' | undefined

/** What an agent asks for beyond its workspace, exactly, and a person's three answers. The safe one has the focus. */
export function TrustDialog({ card, onAnswer }: Props) {
  const refuse = useRef<HTMLButtonElement>(null)
  const title = card === undefined ? '' : card.optional ? 'This project would run programs of its own' : `Trust “${visibleText(card.name, 64)}”?`
  return (
    <DialogFrame open={card !== undefined} onClose={() => onAnswer(undefined)} title={title} description={card?.optional === true ? 'Its own files name what runs by itself. Nothing has been started.' : 'It asks for more than its workspace. Nothing has been started.'} wide initialFocus={refuse}>
      {card !== undefined && (
        <div className="space-y-4">
          <Asks card={card} />
          <p className="text-xs break-all text-ink-3">Hash <code className="font-mono">{card.hash}</code></p>
          <DialogActions>
            <Button ref={refuse} onClick={() => onAnswer(card.optional ? 'without' : undefined)}>{card.optional ? 'Start without' : 'No'}</Button>
            <Button onClick={() => onAnswer({ hash: card.hash, remember: false })}>Trust once</Button>
            <Button onClick={() => onAnswer({ hash: card.hash, remember: true })}>Trust until it changes</Button>
          </DialogActions>
        </div>
      )}
    </DialogFrame>
  )
}

function Asks({ card: { asks, changes } }: { readonly card: TrustCard }) {
  const added = new Set(changes?.added)
  return (
    <>
      {changes !== undefined && (
        <p role="note" className="rounded-md bg-amber-soft px-3 py-2 text-sm text-amber">
          Changed since you trusted it on {new Date(changes.trustedAt).toISOString().slice(0, 10)}: {added.size} new, {changes.removed.length} gone.
        </p>
      )}
      <ul aria-label="What it asks for" className="space-y-3">
        {asks.map((ask, index) => <Ask key={index} ask={ask} mark={added.has(index) ? 'new' : undefined} />)}
        {changes?.removed.map((ask, index) => <Ask key={`gone${index}`} ask={ask} mark="gone" />)}
      </ul>
    </>
  )
}

function Ask({ ask: { field, reason, exact, file, line }, mark }: { readonly ask: TrustAsk; readonly mark: 'new' | 'gone' | undefined }) {
  return (
    <li className={`text-sm ${mark === 'gone' ? 'text-ink-3 line-through' : ''}`}>
      <p className="break-words">
        {mark !== undefined && <span className="mr-1.5 inline-block rounded bg-amber-soft px-1.5 text-xs font-medium text-amber no-underline">{mark}</span>}
        {visibleText(reason).replace(/^./u, (first) => first.toUpperCase())}
      </p>
      <p className="font-mono text-xs break-all text-ink-3">{visibleText(field, 120)}{file !== undefined && ` · ${visibleText(file, 120)}${line === undefined ? '' : `:${line}`}`}</p>
      {exact !== undefined && <Exact text={exact} />}
    </li>
  )
}

const shownChars = 400

function Exact({ text }: { readonly text: string }) {
  const [whole, setWhole] = useState(false)
  return (
    <div className="mt-1 rounded-md border border-line bg-side px-2.5 py-1.5">
      <code className="block max-h-48 overflow-y-auto font-mono text-xs break-all whitespace-pre-wrap" tabIndex={0}><bdi>{visibleText(text, whole ? text.length : shownChars)}</bdi></code>
      {text.length > shownChars && !whole && <Button small tone="quiet" className="mt-1" onClick={() => setWhole(true)}>Show all {text.length} characters</Button>}
    </div>
  )
}
