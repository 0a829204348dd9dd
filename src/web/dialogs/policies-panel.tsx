import { Plus } from 'lucide-react'
import { useRef, useState } from 'react'
import { useSessionPolicies } from '../data/use-session-policies.ts'
import { Button } from '../ui/button.tsx'
import { DialogActions, DialogFrame } from '../ui/dialog-frame.tsx'
import { GrantList } from './policy-list/grant-list.tsx'
import { OwnPolicies } from './policy-list/own-policies.tsx'
import { PoliciesAbove } from './policy-list/policies-above.tsx'
import { emptyDraft } from './policy-form/draft.ts'
import { PolicyComposer } from './policy-form/policy-composer.tsx'

/** Each resolves to whether it worked. */
export interface PolicyActions {
  onAdd(text: string): Promise<boolean>
  onRemove(name: string): Promise<boolean>
  onSwitch(name: string, on: boolean): Promise<boolean>
  onRevoke(grant: string): Promise<boolean>
}

/** The body of the policies dialog, loaded when it is first opened. */
export default function PoliciesPanel({ session, onAdd, onRemove, onSwitch, onRevoke }: PolicyActions & { readonly session: string }) {
  const { policies, error, again } = useSessionPolicies(session)
  const [adding, setAdding] = useState(false)
  // What was begun stays until it is added: a dialog closes easily.
  const [draft, setDraft] = useState(emptyDraft)
  const first = useRef<HTMLInputElement>(null)
  const changed = async (done: Promise<boolean>) => {
    const worked = await done
    if (worked) again()
    return worked
  }
  if (error !== undefined) return <p role="alert" className="text-sm text-red">{error.message}</p>
  if (policies === undefined) return <div className="space-y-2">{[0, 1, 2].map((key) => <div key={key} className="skeleton h-5" />)}</div>
  // The session's own list is the first of its level, when it has one; further ones are of the sessions that started it.
  const own = policies.text === '' ? undefined : policies.lists.find(({ level }) => level === 'session')
  const on = own?.policies ?? []
  const { off } = policies
  return (
    <div className="space-y-5">
      <OwnPolicies on={on} off={off} onSwitch={(name, isOn) => changed(onSwitch(name, isOn))} onRemove={(name) => changed(onRemove(name))} />
      {policies.grants.length > 0 && <GrantList grants={policies.grants} onRevoke={(grant) => changed(onRevoke(grant))} />}
      {policies.lists.filter((list) => list !== own && list.policies.length > 0).map((list) => <PoliciesAbove key={list.hash} list={list} />)}
      <DialogActions>
        <Button tone="accent" icon={<Plus size={15} aria-hidden />} onClick={() => setAdding(true)}>Add a policy</Button>
      </DialogActions>
      <DialogFrame open={adding} onClose={() => setAdding(false)} title="New policy" description="For this session and what it starts." tall initialFocus={first}>
        <PolicyComposer
          draft={draft} taken={[...on, ...off].map(({ name }) => name)} focus={first} onDraft={setDraft} onCancel={() => (setAdding(false), setDraft(emptyDraft))}
          onAdd={async (text) => {
            const worked = await changed(onAdd(text))
            if (worked) {
              setAdding(false)
              setDraft(emptyDraft)
            }
            return worked
          }}
        />
      </DialogFrame>
    </div>
  )
}
