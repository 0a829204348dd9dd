import { ArrowRight, CircleAlert, CircleCheck } from 'lucide-react'
import { type FormEvent, type RefObject, useRef, useState } from 'react'
import { usePolicyCheck } from '../../data/use-policy-check.ts'
import { Button } from '../../ui/button.tsx'
import { answer, chooseType, type Draft, showAs, startFrom, writeText } from './draft.ts'
import type { FormState } from './form-field.ts'
import { FormView } from './form-view.tsx'
import { placeProblems } from './place-problems.ts'
import { sayForm } from './say-form.ts'
import { startingPoints } from './starting-points.ts'
import { TypeChoice } from './type-choice.tsx'
import { missingIn, writePolicy } from './write-policy.ts'
import { YamlPreview } from './yaml-preview.tsx'
import { YamlView } from './yaml-view.tsx'

interface Props {
  readonly draft: Draft
  /** Names of the session's policies: a policy of the same name takes the other's place. */
  readonly taken: readonly string[]
  readonly focus: RefObject<HTMLInputElement | null>
  onDraft(draft: Draft): void
  /** Resolves to whether it worked. */
  onAdd(text: string): Promise<boolean>
  onCancel(): void
}

/** A policy is made: by form, as text, or first one and then the other. What will be added is always in sight, and checked. */
export function PolicyComposer({ draft, taken, focus, onDraft, onAdd, onCancel }: Props) {
  const { form, text, view } = draft
  const { result, isCurrent } = usePolicyCheck(text)
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const body = useRef<HTMLFormElement>(null)

  const missing = view === 'form' && form !== undefined ? missingIn(form) : []
  const problems = result?.problems ?? []
  const placed = view === 'form' && form !== undefined && result !== undefined ? placeProblems(form, result.text, problems) : { byField: {}, others: [] }
  const unsaid = Object.fromEntries(missing.filter(({ id }) => tried || left.has(id)).map(({ id, needed = '' }) => [id, needed]))
  const canAdd = isCurrent && result?.ok === true && missing.length === 0
  const named = form?.answers['name'] ?? ''
  const notes: Readonly<Record<string, string>> = taken.includes(named) ? { name: 'The session has one of this name: this one takes its place.' } : {}

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!canAdd) {
      setTried(true)
      const [first] = [...missing.map(({ id }) => id), ...Object.keys(placed.byField)]
      if (first !== undefined) document.getElementById(`policy-${first}`)?.focus()
      return
    }
    setBusy(true)
    const worked = await onAdd(text)
    setBusy(false)
    if (!worked) return
    setTried(false)
    setLeft(new Set())
  }
  const choose = (type: Parameters<typeof chooseType>[1]) => {
    setTried(false)
    setLeft(new Set())
    onDraft(chooseType(draft, type, { taken, zone: Intl.DateTimeFormat().resolvedOptions().timeZone }))
  }
  return (
    <form ref={body} noValidate className="flex h-full min-h-0 flex-col" onSubmit={(event) => void submit(event)}>
      <div className="flex items-center gap-3 border-b border-line px-4 py-2">
        <p className="min-w-0 flex-1 text-xs text-ink-3">It holds from the next call on, and knows all that happened before.</p>
        <ViewSwitch view={view} onChange={(next) => onDraft(showAs(draft, next, taken))} />
      </div>
      {view === 'yaml' && <div className="flex min-h-0 flex-1 flex-col p-4"><YamlView text={text} problems={isCurrent ? problems : []} onChange={(next) => onDraft(writeText(draft, next))} /></div>}
      {view === 'form' && draft.isBeyondForm && <BeyondForm onText={() => onDraft(showAs(draft, 'yaml', taken))} onNew={() => onDraft(writeText(draft, ''))} />}
      {view === 'form' && !draft.isBeyondForm && (
        <div className="min-h-0 flex-1 overflow-y-auto wide:grid wide:grid-cols-[12rem_minmax(0,1fr)] wide:overflow-hidden full:grid-cols-[12rem_minmax(0,1fr)_20rem]">
          <div className="p-4 pb-0 wide:overflow-y-auto wide:border-r wide:border-line wide:px-2 wide:py-4"><TypeChoice value={form?.type} focus={focus} onChange={choose} /></div>
          {/* Another type begins at its top. */}
          <div key={form?.type} className="p-4 wide:overflow-y-auto">
            {form === undefined
              ? <Beginning onStart={(start) => onDraft(startFrom(draft, start, taken))} />
              : <FormView form={form} suggestedName={String(writePolicy(form, taken)['name'])} problems={{ ...placed.byField, ...unsaid }} notes={notes} onAnswer={(id, value) => onDraft(answer(draft, [id, value], taken))} onLeave={(id) => setLeft((before) => new Set([...before, id]))} />}
            {text !== '' && <div className="mt-4 full:hidden"><YamlPreview text={text} sentence={form === undefined ? undefined : sayForm(form)} /></div>}
          </div>
          <div className="hidden min-h-0 border-l border-line bg-side p-4 full:block full:overflow-y-auto"><YamlPreview text={text} sentence={form === undefined ? undefined : sayForm(form)} /></div>
        </div>
      )}
      <div className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-2 border-t border-line px-4 py-3">
        <Verdict missing={missing.map(({ needed = '' }) => needed)} others={placed.others} problems={problems.length} canAdd={canAdd} isEmpty={text.trim() === ''} />
        <span className="ml-auto flex gap-2">
          <Button onClick={onCancel}>Cancel</Button>
          <Button tone="accent" type="submit" disabled={busy || text.trim() === '' || ((view === 'yaml' || draft.isBeyondForm) && !canAdd)}>Add</Button>
        </span>
      </div>
    </form>
  )
}

const views = [['form', 'Form'], ['yaml', 'YAML']] as const

function ViewSwitch({ view, onChange }: { readonly view: Draft['view']; onChange(view: Draft['view']): void }) {
  return (
    <div role="group" aria-label="How it is written" className="flex shrink-0 rounded-md border border-line-strong p-0.5">
      {views.map(([value, label]) => (
        <button key={value} type="button" aria-pressed={view === value} onClick={() => onChange(value)} className={`h-6 rounded px-2.5 text-xs font-medium ${view === value ? 'bg-accent text-accent-ink' : 'text-ink-2 hover:text-ink'}`}>{label}</button>
      ))}
    </div>
  )
}

/** What stands between the person and the policy, in one line. */
function Verdict({ missing, others, problems, canAdd, isEmpty }: { readonly missing: readonly string[]; readonly others: readonly string[]; readonly problems: number; readonly canAdd: boolean; readonly isEmpty: boolean }) {
  const [needed] = missing
  const [first] = others
  return (
    <p aria-live="polite" className="flex min-w-0 items-center gap-1.5 text-sm">
      {isEmpty ? null
        : needed !== undefined ? <span className="text-ink-2">Still open: {needed}</span>
          : canAdd ? <><CircleCheck size={15} aria-hidden className="shrink-0 text-green" /><span className="text-green">It can be added.</span></>
            : problems > 0 ? <><CircleAlert size={15} aria-hidden className="shrink-0 text-red" /><span className="text-red">{first ?? (problems === 1 ? 'One thing is wrong.' : `${problems} things are wrong.`)}</span></> : null}
    </p>
  )
}

function BeyondForm({ onText, onNew }: { onText(): void; onNew(): void }) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto p-4">
      <div role="status" className="space-y-2 rounded-lg border border-amber-line bg-amber-soft p-3 text-sm">
        <p className="font-medium text-amber">The form cannot show this policy.</p>
        <p>It says more than the form asks, is several policies, or is not finished. Nothing of it was changed.</p>
        <div className="flex flex-wrap gap-2 pt-1">
          <Button small onClick={onText}>Back to YAML</Button>
          <Button small tone="quiet" onClick={onNew}>Discard it and start anew</Button>
        </div>
      </div>
    </div>
  )
}

/** Before anything is chosen: what people want most often. */
function Beginning({ onStart }: { onStart(form: FormState): void }) {
  return (
    <section aria-label="Starting points" className="space-y-2">
      <h3 className="text-xs font-semibold text-ink-3">Or begin with one of these</h3>
      <ul className="grid gap-1.5">
        {startingPoints.map(({ title, form }) => (
          <li key={title}>
            <button type="button" onClick={() => onStart(form)} className="group flex w-full items-center gap-3 rounded-lg border border-line px-3 py-2 text-left text-sm hover:border-line-strong hover:bg-hover">
              <span className="min-w-0 flex-1"><span className="block font-medium">{title}</span><span className="block text-xs text-ink-2">{sayForm(form)}</span></span>
              <ArrowRight size={14} aria-hidden className="shrink-0 text-ink-3 group-hover:text-ink" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
