import { CircleCheck, TriangleAlert } from 'lucide-react'
import type { Readiness } from '../../spec/ports/host-link.ts'
import { PlainText } from '../ui/plain-text.tsx'

interface Props {
  readonly harnesses: readonly Readiness[]
  /** Ids the agent can run on, its own choice first; empty means any. */
  readonly allowed: readonly string[]
  readonly value: string | undefined
  onChange(harness: string): void
}

/** One card a harness, with what is missing and how to mend it. */
export function HarnessChoice({ harnesses, allowed, value, onChange }: Props) {
  const shown = harnesses.filter((each) => allowed.length === 0 || allowed.includes(each.harness))
  return (
    <fieldset className="space-y-1">
      <legend className="mb-1 text-sm font-medium">Harness</legend>
      <div className="grid gap-2 wide:grid-cols-2">
        {shown.map((each) => <Choice key={each.harness} harness={each} checked={each.harness === value} onChange={() => onChange(each.harness)} />)}
      </div>
      {shown.length === 0 && <p className="text-sm text-amber">No host is attached that knows a harness for this agent. On this machine: <code className="font-mono">omni host --local</code></p>}
    </fieldset>
  )
}

function Choice({ harness, checked, onChange }: { readonly harness: Readiness; readonly checked: boolean; onChange(): void }) {
  const ready = harness.state === 'ready'
  return (
    <label className={`flex cursor-pointer gap-2.5 rounded-lg border px-3 py-2 has-focus-visible:outline-2 has-focus-visible:outline-accent ${checked ? 'border-accent bg-accent-soft' : 'border-line hover:bg-hover'} ${ready ? '' : 'cursor-default'}`}>
      <input type="radio" name="harness" className="mt-1 self-start accent-(--accent) outline-none" checked={checked} disabled={!ready} onChange={onChange} />
      <span className="min-w-0 flex-1 text-sm">
        <span className="flex items-center gap-1.5">
          <PlainText text={harness.title} className="min-w-0 flex-1 font-medium" />
          {ready ? <CircleCheck size={14} className="shrink-0 text-green" aria-label="ready" /> : <TriangleAlert size={14} className="shrink-0 text-amber" aria-label={harness.state} />}
        </span>
        <span className="block text-xs text-ink-2">
          {ready ? <PlainText text={harness.version === undefined ? 'ready' : `ready, ${harness.version}`} /> : <PlainText text={harness.reason ?? harness.state} />}
        </span>
        {ready && harness.credential?.kind === 'none' && <span className="mt-1 block text-xs text-amber">Nothing to sign in with yet. On the host: <code className="font-mono">omni setup</code></span>}
        {!ready && harness.fix !== undefined && <PlainText text={harness.fix} className="mt-1 block font-mono text-xs text-ink" />}
      </span>
    </label>
  )
}
