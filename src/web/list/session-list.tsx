import { Archive, Keyboard, Monitor, Moon, Plus, Search, Sun, X } from 'lucide-react'
import { type RefObject, useEffect, useMemo, useState } from 'react'
import type { IndexRow } from '../../spec/view/index-row.ts'
import { useData } from '../data/data-context.ts'
import { readTheme, setTheme, type Theme } from '../data/theme.ts'
import { useAnswer } from '../data/use-answer.ts'
import { useNow } from '../data/use-now.ts'
import { useStore } from '../data/use-store.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ConnectionNote } from '../ui/connection-note.tsx'
import { splitRows } from './split-rows.ts'
import { SearchHits } from './search-hits.tsx'
import { SessionRow } from './session-row.tsx'

interface Props {
  readonly className: string
  /** True when nothing else is on the screen. */
  readonly isPage: boolean
  readonly selected: string | undefined
  readonly search: RefObject<HTMLInputElement | null>
  onNew(): void
  onKeys(): void
}

const searchDelayMs = 150
const brandClass = 'flex-1 text-base font-semibold'

export function SessionList({ className, isPage, selected, search, onNew, onKeys }: Props) {
  const { client, list } = useData()
  const { connection } = useStore(list)
  const [text, setText] = useState('')
  const words = useSettled(text.trim(), searchDelayMs)
  const hits = useAnswer(words === '' ? undefined : words, (signal) => client.search(words, { limit: 40, signal }))
  return (
    <nav aria-label="Sessions" className={`${className} flex h-full min-h-0 flex-col border-line bg-side wide:border-r`}>
      <div className="flex items-center gap-2 px-3 pt-3 pb-2">
        <img src="/icon.svg" alt="" width={20} height={20} className="ml-1" />
        {isPage ? <h1 className={brandClass}>Omnigent</h1> : <span className={brandClass}>Omnigent</span>}
        <IconButton label="New session (n)" tone="plain" onClick={onNew}><Plus size={16} aria-hidden /></IconButton>
      </div>
      <div className="relative mx-3 mb-2">
        <Search size={14} aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3" />
        <input
          ref={search} type="search" aria-label="Search titles and messages" placeholder="Search titles and messages" value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === 'Escape' && (setText(''), event.currentTarget.blur())}
          className="h-8 w-full rounded-md border border-line bg-bg pr-8 pl-8 text-sm [&::-webkit-search-cancel-button]:hidden"
        />
        {text !== '' && <IconButton label="Clear the search" className="absolute top-0 right-0" onClick={() => setText('')}><X size={14} aria-hidden /></IconButton>}
      </div>
      {/* With a session open, it is said there. */}
      {selected === undefined && <ConnectionNote connection={connection} className="mx-3 mb-2" />}
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
        {words === '' ? <Rows selected={selected} onNew={onNew} /> : <SearchHits hits={hits} selected={selected} />}
      </div>
      <div className="flex items-center gap-1 border-t border-line px-3 py-1.5">
        <ThemeButton />
        <IconButton label="Keyboard shortcuts (?)" onClick={onKeys}><Keyboard size={16} aria-hidden /></IconButton>
      </div>
    </nav>
  )
}

function Rows({ selected, onNew }: { readonly selected: string | undefined; onNew(): void }) {
  const { list, messages } = useData()
  const { rows, loaded, next, error } = useStore(list)
  const [archived, setArchived] = useState(false)
  const now = useNow()
  const { asking, rest } = useMemo(() => splitRows(rows, archived), [rows, archived])
  const draw = (some: readonly IndexRow[]) => (
    <ul className="space-y-px">
      {some.map((row) => <li key={row.session}><SessionRow row={row} selected={row.session === selected} now={now} /></li>)}
    </ul>
  )
  const archivedCount = rows.reduce((sum, row) => sum + (row.archived ? 1 : 0), 0)
  if (!loaded) return error === undefined ? <ListSkeleton /> : <p role="alert" className="px-2.5 py-2 text-sm text-red">{error.message}</p>
  return (
    <>
      {archived && <h2 className="px-2.5 py-1 text-xs font-semibold text-ink-3">Archived</h2>}
      {asking.length > 0 && (
        <section aria-labelledby="asking" className="mb-2 border-b border-line pb-2">
          <h2 id="asking" className="px-2.5 py-1 text-xs font-semibold text-amber">Needs you</h2>
          {draw(asking)}
        </section>
      )}
      {asking.length + rest.length === 0 && !archived && (
        <div className="space-y-3 px-2.5 py-4 text-sm text-ink-2">
          <p>No sessions yet. A session is one agent at work in one folder.</p>
          <Button tone="accent" icon={<Plus size={15} aria-hidden />} onClick={onNew}>New session</Button>
          <p className="text-xs text-ink-3">Sessions that you start with <code className="font-mono">omni run</code> appear here, too.</p>
        </div>
      )}
      {draw(rest)}
      {next !== undefined && <Button tone="quiet" small className="mt-1 w-full" onClick={() => void list.loadMore().catch((problem: unknown) => messages.error(problem))}>Show older</Button>}
      {(archivedCount > 0 || archived) && (
        <Button tone="quiet" small className="mt-2" aria-pressed={archived} icon={<Archive size={13} aria-hidden />} onClick={() => setArchived(!archived)}>
          {archived ? 'Back to the list' : `Archived (${archivedCount})`}
        </Button>
      )}
    </>
  )
}

function ListSkeleton() {
  return (
    <div aria-busy="true" aria-label="Loading sessions" className="space-y-4 px-2.5 py-2">
      {[70, 55, 80, 45].map((width) => (
        <div key={width} className="space-y-2">
          <div className="skeleton h-3.5" style={{ width: `${width}%` }} />
          <div className="skeleton h-3 w-1/2" />
        </div>
      ))}
    </div>
  )
}

const themes = { system: { next: 'light', icon: Monitor }, light: { next: 'dark', icon: Sun }, dark: { next: 'system', icon: Moon } } as const

function ThemeButton() {
  const [theme, setState] = useState<Theme>(readTheme)
  const { next, icon: Icon } = themes[theme]
  const change = () => {
    setTheme(next)
    setState(next)
  }
  return <IconButton label={`Theme: ${theme}. Change to ${next}`} onClick={change}><Icon size={16} aria-hidden /></IconButton>
}

/** The value once it has not changed for `delayMs`. */
function useSettled(value: string, delayMs: number): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), value === '' ? 0 : delayMs)
    return () => clearTimeout(timer)
  }, [value, delayMs])
  return settled
}
