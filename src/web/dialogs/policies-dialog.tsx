import { Trash2 } from 'lucide-react'
import { type FormEvent, useEffect, useId, useState } from 'react'
import type { PolicyCheck, SessionPolicies } from '../../spec/api/policies.ts'
import { useData } from '../data/data-context.ts'
import { useAnswer } from '../data/use-answer.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { DialogFrame } from '../ui/dialog-frame.tsx'
import { inputClass } from '../ui/field.tsx'
import { PlainText } from '../ui/plain-text.tsx'

interface Props {
  readonly open: boolean
  readonly session: string
  onClose(): void
  /** Each resolves to whether it worked. */
  onAdd(text: string): Promise<boolean>
  onRemove(name: string): Promise<boolean>
  onRevoke(grant: string): Promise<boolean>
}

/** What this session keeps to, level by level; a person adds to it and takes back what is the session's own. */
export function PoliciesDialog({ open, onClose, ...rest }: Props) {
  return (
    <DialogFrame open={open} onClose={onClose} title="Policies" description="The strictest of all levels decides. Nothing here loosens what stands above." wide>
      {open && <PolicyPanel {...rest} />}
    </DialogFrame>
  )
}

const levelWords = { session: 'This session', agent: 'Its agent', server: 'The server' } as const
const sourceWords = { shipped: 'shipped', server: '', agent: '', session: '' } as const

function PolicyPanel({ session, onAdd, onRemove, onRevoke }: Omit<Props, 'open' | 'onClose'>) {
  const { client } = useData()
  const [round, setRound] = useState(0)
  const answer = useAnswer(`${session} ${round}`, () => client.sessionPolicies(session))
  // While it is asked again the last answer stays in sight.
  const [shown, setShown] = useState<SessionPolicies>()
  useEffect(() => {
    if (answer.state === 'ready') setShown(answer.value)
  }, [answer])
  const again = async (done: Promise<boolean>) => {
    const worked = await done
    if (worked) setRound((count) => count + 1)
    return worked
  }
  if (answer.state === 'failed') return <p role="alert" className="text-sm text-red">{answer.error.message}</p>
  if (shown === undefined) return <div className="space-y-2">{[0, 1, 2].map((key) => <div key={key} className="skeleton h-5" />)}</div>
  return (
    <div className="space-y-5">
      {shown.lists.filter(({ policies }) => policies.length > 0).map(({ level, hash, policies }) => (
        <section key={hash} className="space-y-1.5">
          <h3 className="text-xs font-semibold text-ink-3">{levelWords[level]}</h3>
          <ul className="divide-y divide-line rounded-lg border border-line">
            {policies.map(({ name, does, source }) => (
              <li key={name} className="flex items-start gap-2 px-3 py-2 text-sm">
                <span className="min-w-0 flex-1">
                  <PlainText text={name} className="font-mono text-xs font-medium break-all" />
                  {sourceWords[source] !== '' && <span className="ml-2 text-xs text-ink-3">{sourceWords[source]}</span>}
                  <span className="block text-ink-2"><PlainText text={does} /></span>
                </span>
                {level === 'session' && <IconButton label={`Remove ${name}`} className="-my-1" onClick={() => void again(onRemove(name))}><Trash2 size={14} aria-hidden /></IconButton>}
              </li>
            ))}
          </ul>
        </section>
      ))}
      {shown.lists.every(({ policies }) => policies.length === 0) && <p className="text-sm text-ink-2">No policy is in force.</p>}
      {shown.grants.length > 0 && (
        <section className="space-y-1.5">
          <h3 className="text-xs font-semibold text-ink-3">Allowed for the rest of the session</h3>
          <ul className="divide-y divide-line rounded-lg border border-line">
            {shown.grants.map(({ grant, rule, kind, pattern }) => (
              <li key={grant} className="flex items-start gap-2 px-3 py-2 text-sm">
                <span className="min-w-0 flex-1">
                  <PlainText text={`${kind} ${Object.entries(pattern).map(([name, wanted]) => `${name} ${typeof wanted === 'string' ? wanted : JSON.stringify(wanted)}`).join(', ')}`} className="font-mono text-xs break-all" />
                  <span className="block text-xs text-ink-3">answers <PlainText text={rule} /></span>
                </span>
                <IconButton label={`Ask again about ${kind}`} className="-my-1" onClick={() => void again(onRevoke(grant))}><Trash2 size={14} aria-hidden /></IconButton>
              </li>
            ))}
          </ul>
        </section>
      )}
      <AddPolicy onAdd={(text) => again(onAdd(text))} />
    </div>
  )
}

const sample = 'name: no-force\ntype: git\nmatch: {verb: push, force: true}\naction: deny'
const checkAfterMs = 250

function AddPolicy({ onAdd }: { onAdd(text: string): Promise<boolean> }) {
  const { client } = useData()
  const [text, setText] = useState('')
  const [check, setCheck] = useState<{ text: string; result: PolicyCheck }>()
  const [busy, setBusy] = useState(false)
  const id = useId()
  useEffect(() => {
    if (text.trim() === '') return
    let wanted = true
    const timer = setTimeout(() => {
      client.checkPolicies(text, 'session').then((result) => wanted && setCheck({ text, result }), () => undefined)
    }, checkAfterMs)
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [client, text])
  const checked = check?.text === text && text.trim() !== '' ? check.result : undefined
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    if (await onAdd(text)) setText('')
    setBusy(false)
  }
  return (
    <form className="space-y-2" onSubmit={(event) => void submit(event)}>
      <label htmlFor={id} className="block text-xs font-semibold text-ink-3">Add to this session</label>
      <textarea id={id} rows={6} spellCheck={false} placeholder={sample} value={text} onChange={(event) => setText(event.target.value)} aria-describedby={`${id}-check`} className={`${inputClass} font-mono text-xs leading-5`} />
      <div id={`${id}-check`} aria-live="polite" className="space-y-1 text-xs">
        {text === '' && <p className="text-ink-3">A policy in YAML, or a list of them. It holds from the next call on, and knows all that happened before. <button type="button" className="text-accent underline" onClick={() => setText(sample)}>Start from an example</button></p>}
        {checked?.ok === true && <p className="text-green">It can be added.</p>}
        {checked?.problems.map(({ line, column, message, hint }) => (
          <p key={`${line} ${column} ${message}`} className="text-red">Line {line}, column {column}: <PlainText text={message} />{hint !== undefined && <> — <PlainText text={hint} /></>}</p>
        ))}
      </div>
      <div className="flex justify-end">
        <Button tone="accent" type="submit" disabled={busy || checked?.ok !== true}>Add</Button>
      </div>
    </form>
  )
}
