import { useCallback, useEffect, useRef, useState } from 'react'
import { useData } from '../data/data-context.ts'
import { goTo } from '../data/location.ts'
import { useActions } from '../data/use-actions.ts'
import { useSession } from '../data/use-session.ts'
import { useStore } from '../data/use-store.ts'
import { printable } from '../../base/printable.ts'
import { PlanBar } from '../prompt/plan-bar.tsx'
import { PromptBox } from '../prompt/prompt-box.tsx'
import { QueueList } from '../prompt/queue-list.tsx'
import { Transcript } from '../transcript/transcript.tsx'
import { Button } from '../ui/button.tsx'
import { ConnectionNote } from '../ui/connection-note.tsx'
import { DialogFrame } from '../ui/dialog-frame.tsx'
import { wordOfView } from '../ui/status-word.ts'
import { useShortcuts } from '../ui/use-shortcuts.ts'
import { NetworkDialog } from '../dialogs/network-dialog.tsx'
import { useTrust } from '../dialogs/use-trust.tsx'
import { ActionsContext } from './actions-context.ts'
import { ApprovalDock } from './approval-dock.tsx'
import { SessionHeader } from './session-header.tsx'
import { Summary } from './summary.tsx'

/** One session: header, transcript, what it asks, what waits, the prompt; the summary beside it or behind a button. */
export function SessionPage({ session }: { readonly session: string }) {
  const live = useSession(session)
  const state = useStore(live)
  const { withTrust, dialog } = useTrust()
  const actions = useActions(session, withTrust)
  const { messages } = useData()
  const [details, setDetails] = useState(false)
  const [network, setNetwork] = useState(false)
  const openNetwork = () => (setDetails(false), setNetwork(true))
  const prompt = useRef<HTMLTextAreaElement>(null)
  const asks = useRef<HTMLElement>(null)
  useShortcuts({ i: () => prompt.current?.focus(), a: () => asks.current?.focus(), '.': () => setDetails(true) })
  const loadOlder = useCallback(() => void live.loadOlder().catch((error: unknown) => messages.error(error)), [live, messages])
  const { view } = state
  const status = view === undefined ? undefined : wordOfView(view)
  usePageTitle(view?.title, status?.tone === 'ask' || status?.tone === 'live' ? status.word : undefined)

  if (view === undefined && state.error !== undefined) return <Missing text={state.error.message} />
  return (
    <ActionsContext value={actions}>
      <div className="grid h-full min-h-0 min-w-0 grid-cols-[minmax(0,1fr)] full:grid-cols-[minmax(0,1fr)_19rem]">
        <main className="flex h-full min-h-0 min-w-0 flex-col">
          <SessionHeader view={view} status={status} onDetails={() => setDetails(true)} onNetwork={openNetwork} />
          <ConnectionNote connection={state.connection} className="mx-4 mt-2" />
          {view !== undefined && state.error !== undefined && <p role="alert" className="mx-4 mt-2 rounded-md bg-red-soft px-3 py-1.5 text-sm text-red">{state.error.message}</p>}
          {view === undefined ? <TranscriptSkeleton /> : state.items.length === 0 && state.partials.size === 0 ? <EmptyTranscript /> : <Transcript state={state} onOlder={loadOlder} />}
          {view !== undefined && (
            <div className="group/dock mx-auto w-full max-w-[50rem] space-y-2 px-3 pb-3 wide:px-8">
              <ApprovalDock ref={asks} view={view} items={state.items} older={state.older} onOlder={loadOlder} />
              <QueueList view={view} />
              <PlanBar view={view} />
              <PromptBox ref={prompt} view={view} />
            </div>
          )}
          <p role="status" className="sr-only">{status === undefined ? 'Loading' : `${printable(view?.title ?? '')}: ${status.word}`}</p>
        </main>
        <aside aria-label="Summary" className="hidden h-full min-h-0 overflow-y-auto border-l border-line bg-side full:block">
          {view !== undefined && <Summary view={view} onNetwork={openNetwork} />}
        </aside>
      </div>
      <DialogFrame open={details} onClose={() => setDetails(false)} title="Summary">
        {view !== undefined && <div className="-m-4"><Summary view={view} onNetwork={openNetwork} /></div>}
      </DialogFrame>
      {view !== undefined && <NetworkDialog open={network} view={view} onClose={() => setNetwork(false)} onAdd={actions.addPolicies} />}
      {dialog}
    </ActionsContext>
  )
}

function Missing({ text }: { readonly text: string }) {
  return (
    <main className="flex h-full flex-col items-center justify-center gap-3 p-8 text-center">
      <h1 className="text-lg font-semibold">This session cannot be shown</h1>
      <p className="max-w-md text-ink-2">{text}</p>
      <Button onClick={() => goTo(undefined)}>Back to the list</Button>
    </main>
  )
}

function EmptyTranscript() {
  return (
    <div className="flex min-h-0 flex-1 flex-col items-center justify-center gap-1 p-8 text-center text-ink-2">
      <p className="font-medium text-ink">Nothing said yet</p>
      <p className="max-w-sm text-sm">Write below what the agent should do. You will see every command and every file it touches here.</p>
    </div>
  )
}

function TranscriptSkeleton() {
  return (
    <div aria-busy="true" aria-label="Loading the transcript" className="mx-auto w-full max-w-[50rem] flex-1 space-y-6 px-4 pt-8 wide:px-8">
      <div className="skeleton ml-auto h-10 w-2/3" />
      {[92, 80, 60].map((width) => <div key={width} className="skeleton h-3.5" style={{ width: `${width}%` }} />)}
      <div className="skeleton h-3.5 w-1/3" />
    </div>
  )
}

function usePageTitle(title: string | undefined, word: string | undefined): void {
  useEffect(() => {
    const name = title === undefined ? 'Omnigent' : `${printable(title)} – Omnigent`
    document.title = word === undefined ? name : `${word}: ${name}`
    return () => {
      document.title = 'Omnigent'
    }
  }, [title, word])
}
