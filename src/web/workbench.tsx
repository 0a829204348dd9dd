import { useMemo, useRef, useState } from 'react'
import { NewSessionDialog } from './dialogs/new-session-dialog.tsx'
import { ShortcutsSheet } from './dialogs/shortcuts-sheet.tsx'
import { useData } from './data/data-context.ts'
import { goTo, useLocation } from './data/location.ts'
import { useStore } from './data/use-store.ts'
import { SessionList } from './list/session-list.tsx'
import { splitRows } from './list/split-rows.ts'
import { Welcome } from './list/welcome.tsx'
import { SessionPage } from './session/session-page.tsx'
import { useIsWide } from './ui/use-is-wide.ts'
import { useShortcuts } from './ui/use-shortcuts.ts'

/** The page once inside: list and session side by side, or one of them on a phone. */
export function Workbench() {
  const session = useLocation()
  const { list } = useData()
  const { rows, loaded } = useStore(list)
  const [dialog, setDialog] = useState<'new' | 'keys'>()
  const search = useRef<HTMLInputElement>(null)
  const order = useMemo(() => Object.values(splitRows(rows, false)).flat().map((row) => row.session), [rows])
  const step = (by: number) => {
    const at = session === undefined ? -1 : order.indexOf(session)
    const next = order[at === -1 ? 0 : at + by]
    if (next !== undefined) goTo(next)
  }
  useShortcuts({
    n: () => setDialog('new'), '?': () => setDialog('keys'), '/': () => search.current?.focus(), j: () => step(1), k: () => step(-1),
  })
  const openNew = () => setDialog('new')
  const isWide = useIsWide()
  // On a phone the list is the page while no session is open.
  const side = (
    <SessionList
      className={session === undefined ? '' : 'hidden wide:flex'} isPage={!isWide && session === undefined}
      selected={session} search={search} onNew={openNew} onKeys={() => setDialog('keys')}
    />
  )
  return (
    <div className="grid h-full grid-cols-1 wide:grid-cols-[18rem_minmax(0,1fr)]">
      {isWide || session !== undefined ? side : <main className="contents">{side}</main>}
      {session !== undefined && <SessionPage key={session} session={session} />}
      {session === undefined && isWide && <Welcome hasSessions={rows.length > 0} loaded={loaded} onNew={openNew} />}
      <NewSessionDialog open={dialog === 'new'} onClose={() => setDialog(undefined)} />
      <ShortcutsSheet open={dialog === 'keys'} onClose={() => setDialog(undefined)} />
    </div>
  )
}
