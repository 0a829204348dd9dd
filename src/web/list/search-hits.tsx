import type { SearchPage } from '../../spec/api/http.ts'
import type { Answer } from '../data/use-answer.ts'
import { pathOf } from '../data/location.ts'
import { PlainText } from '../ui/plain-text.tsx'
import { follow } from './session-row.tsx'

/** What a search found, in titles and in what was said. */
export function SearchHits({ hits, selected }: { readonly hits: Answer<SearchPage['hits']>; readonly selected: string | undefined }) {
  if (hits.state === 'loading') return <p className="px-2.5 py-2 text-sm text-ink-3">Searching…</p>
  if (hits.state === 'failed') return <p role="alert" className="px-2.5 py-2 text-sm text-red">{hits.error.message}</p>
  if (hits.value.length === 0) return <p className="px-2.5 py-2 text-sm text-ink-2">Nothing found. Every word must occur in a title or a message; the start of a word is enough.</p>
  // A title that matches is on the line of every other match of its session.
  const shown = hits.value.filter((hit) => hit.key !== 0 || !hits.value.some((other) => other.session === hit.session && other.key !== 0))
  return (
    <ul aria-label="Search results" className="space-y-px">
      {shown.map((hit) => (
        <li key={`${hit.session}/${hit.key}`}>
          <a
            href={pathOf(hit.session)} onClick={(event) => follow(event, hit.session)} aria-current={hit.session === selected ? 'page' : undefined}
            className={`block rounded-md px-2.5 py-2 -outline-offset-2 ${hit.session === selected ? 'bg-selected' : 'hover:bg-hover'}`}
          >
            <PlainText text={hit.title} className="line-clamp-1 text-sm font-medium" />
            {hit.key !== 0 && <Excerpt text={hit.excerpt} />}
          </a>
        </li>
      ))}
    </ul>
  )
}

/** The index puts the match between U+0002 and U+0003. */
function Excerpt({ text }: { readonly text: string }) {
  const parts = text.split(/[\u0002\u0003]/)
  return (
    <span className="mt-0.5 line-clamp-2 text-xs text-ink-2">
      {parts.map((part, index) => index % 2 === 1
        ? <mark key={index} className="rounded-xs bg-amber-soft text-amber"><PlainText text={part} /></mark>
        : <PlainText key={index} text={part} />)}
    </span>
  )
}
