import { Plus } from 'lucide-react'
import { Button } from '../ui/button.tsx'

/** The place of the session while none is open. */
export function Welcome({ hasSessions, loaded, onNew }: { readonly hasSessions: boolean; readonly loaded: boolean; onNew(): void }) {
  return (
    <main className="flex min-w-0 flex-col items-center justify-center gap-4 p-8 text-center">
      <h1 className="text-xl font-semibold">{!loaded ? 'Omnigent' : hasSessions ? 'Pick a session, or start one' : 'Start your first session'}</h1>
      {loaded && (
        <>
          <p className="max-w-md text-ink-2">
            A session is one agent at work in one folder. You see every command and file it touches, answer what it asks, and can stop or fork it at any turn.
          </p>
          <Button tone="accent" icon={<Plus size={15} aria-hidden />} onClick={onNew}>New session</Button>
          <p className="text-xs text-ink-3">Press <kbd className="font-mono">?</kbd> for all keys. In a terminal: <code className="font-mono">omni run</code></p>
        </>
      )}
    </main>
  )
}
