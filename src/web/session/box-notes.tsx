import type { SessionView } from '../../spec/view/session-view.ts'
import { PlainText } from '../ui/plain-text.tsx'

/** What a box holds and does not, as its machine attested it. Never more than is so. */
export function BoxNotes({ box: { advisory, processes, notes } }: { readonly box: NonNullable<SessionView['box']> }) {
  return (
    <>
      <p className="text-xs text-ink-2">
        {advisory ? 'Nothing confines the agent but its own gate: it runs with your rights. What you deny and limit is advice to it.' : 'The agent is confined by the system.'}
        {processes === 'namespace' ? ' A stop ends every process it started.' : ' A stop ends its process group; what left the group may live on.'}
      </p>
      {notes.length > 0 && <ul className="list-disc space-y-0.5 pl-4 text-xs text-ink-3">{notes.map((note, index) => <li key={index}><PlainText text={note} /></li>)}</ul>}
    </>
  )
}
