import { useEffect, useRef, useState } from 'react'
import type { SessionPolicies } from '../../../spec/api/policies.ts'
import type { SeenRequest } from '../../data/request-log.ts'
import { useSessionPolicies } from '../../data/use-session-policies.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { PlainText } from '../../ui/plain-text.tsx'
import { type Draft, emptyDraft, writeText } from '../policy-form/draft.ts'
import { PolicyComposer } from '../policy-form/policy-composer.tsx'
import { writeYaml } from '../policy-form/policy-yaml.ts'
import { allowPolicy, rulesAbove } from './allow-policy.ts'

interface Props {
  readonly session: string
  /** Undefined: closed. */
  readonly request: SeenRequest | undefined
  onClose(): void
  /** Resolves to whether it worked. */
  onAdd(text: string): Promise<boolean>
}

/** Makes a policy of a yes to one request: its text is in sight, and can be changed, before it is added. */
export function AllowAlways({ session, request, onClose, onAdd }: Props) {
  return (
    <DialogFrame open={request !== undefined} onClose={onClose} title="Allow always" description="A policy of this session. Nothing holds before it is added." tall>
      {request !== undefined && <Loading session={session} request={request} onClose={onClose} onAdd={onAdd} />}
    </DialogFrame>
  )
}

interface Open extends Props {
  readonly request: SeenRequest
}

/** Names that are taken have to be known before one is given. */
function Loading(props: Open) {
  const { policies, error } = useSessionPolicies(props.session)
  if (error !== undefined) return <p role="alert" className="p-4 text-sm text-red">{error.message}</p>
  if (policies === undefined) return <div aria-busy="true" aria-label="Loading the policies" className="space-y-2 p-4">{[0, 1, 2].map((key) => <div key={key} className="skeleton h-5" />)}</div>
  return <Composing {...props} taken={namesOf(policies)} />
}

const namesOf = ({ lists, off, text }: SessionPolicies): readonly string[] => [...(text === '' ? [] : (lists.find(({ level }) => level === 'session')?.policies ?? [])), ...off].map(({ name }) => name)

function Composing({ request, taken, onClose, onAdd }: Open & { readonly taken: readonly string[] }) {
  const [draft, setDraft] = useState<Draft>(() => writeText({ ...emptyDraft, view: 'yaml' }, writeYaml(allowPolicy(request, taken))))
  const first = useRef<HTMLInputElement>(null)
  const above = rulesAbove(request)
  useEffect(() => document.getElementById('policy-yaml')?.focus(), [])
  return (
    <div className="flex h-full min-h-0 flex-col">
      <p role="note" className={`border-b border-line px-4 py-2 text-xs ${above.length > 0 ? 'bg-amber-soft text-amber' : 'text-ink-2'}`}>
        {above.length > 0
          ? <><PlainText text={above.join(', ')} className="font-mono" /> held it up and {above.length === 1 ? 'stands' : 'stand'} above this session, so {above.length === 1 ? 'it holds' : 'they hold'} on whatever is added here. Change {above.length === 1 ? 'it where it stands' : 'them where they stand'}{request.approval !== undefined && ', or say yes on its card and let that be remembered'}.</>
          : 'It lifts what a default of this session holds back. A policy that asks or refuses by itself holds on.'}
      </p>
      <div className="min-h-0 flex-1">
        <PolicyComposer
          draft={draft} taken={taken} focus={first} onDraft={setDraft} onCancel={onClose}
          onAdd={async (text) => {
            const worked = await onAdd(text)
            if (worked) onClose()
            return worked
          }}
        />
      </div>
    </div>
  )
}
