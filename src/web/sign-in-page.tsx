import { KeyRound } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { AppError } from '../spec/app-error.ts'
import { tokenIn } from './data/enter.ts'
import { Button } from './ui/button.tsx'
import { Field, inputClass } from './ui/field.tsx'

/** Says how to get in. The token is in an address that the terminal prints; it can also be pasted. */
export function SignInPage({ error, onEnter }: { readonly error: AppError | undefined; onEnter(token: string | undefined): Promise<void> }) {
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const token = tokenIn(text) ?? text.trim()
    if (token === '') return
    setBusy(true)
    await onEnter(token)
    setBusy(false)
  }
  return (
    <main className="flex h-full items-center justify-center overflow-y-auto bg-side p-4">
      <div className="w-full max-w-md space-y-5 rounded-xl border border-line bg-raised p-6 shadow-sm">
        <div className="space-y-2">
          <KeyRound size={22} className="text-accent" aria-hidden />
          <h1 className="text-xl font-semibold">Sign in to Omnigent</h1>
          <p className="text-ink-2">This page belongs to one person on this machine. Your terminal has the key:</p>
        </div>
        <ol className="space-y-3 text-sm">
          <li className="space-y-1">
            <p>Open the page from a terminal, already signed in:</p>
            <pre className="overflow-x-auto rounded-md border border-line bg-code px-3 py-2 font-mono text-sm">omni open</pre>
          </li>
          <li className="space-y-1">
            <p>Or start working; the address that is printed signs you in, too:</p>
            <pre className="overflow-x-auto rounded-md border border-line bg-code px-3 py-2 font-mono text-sm">omni run</pre>
          </li>
        </ol>
        <form className="space-y-3 border-t border-line pt-4" onSubmit={(event) => void submit(event)}>
          <Field label="On another device? Paste the address or its token" hint="It is swapped for a cookie and kept nowhere else.">
            {(ids) => <input {...ids} className={inputClass} type="password" autoComplete="off" value={text} onChange={(event) => setText(event.target.value)} />}
          </Field>
          {error !== undefined && <p role="alert" className="rounded-md bg-red-soft px-3 py-2 text-sm text-red">{error.message}</p>}
          <div className="flex gap-2">
            <Button tone="accent" type="submit" disabled={busy || text.trim() === ''}>Sign in</Button>
            {error?.code === 'unavailable' && <Button onClick={() => void onEnter(undefined)}>Try again</Button>}
          </div>
        </form>
      </div>
    </main>
  )
}
