import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { SessionPolicies } from '../../../spec/api/policies.ts'
import { IconButton } from '../../ui/button.tsx'
import { Switch } from '../../ui/switch.tsx'
import { policyListClass, PolicyRow, PolicySection } from './policy-row.tsx'

interface Props {
  readonly on: SessionPolicies['lists'][number]['policies']
  readonly off: SessionPolicies['off']
  onSwitch(name: string, on: boolean): Promise<unknown>
  onRemove(name: string): Promise<unknown>
}

/** What stands in this session: switched off and on, or taken out. */
export function OwnPolicies({ on, off, onSwitch, onRemove }: Props) {
  const [busy, setBusy] = useState<string>()
  const during = (name: string, task: Promise<unknown>) => {
    setBusy(name)
    void task.finally(() => setBusy(undefined))
  }
  const rows = [...on.map(({ name, does }) => ({ name, does, isOn: true })), ...off.map(({ name, does }) => ({ name, does, isOn: false }))].sort((left, right) => (left.name < right.name ? -1 : 1))
  return (
    <PolicySection title="This session">
      {rows.length === 0 && <p className="rounded-lg border border-dashed border-line px-3 py-3 text-sm text-ink-2">Nothing of its own yet. What is added here holds for this session and what it starts.</p>}
      {rows.length > 0 && (
        <ul className={policyListClass}>
          {rows.map(({ name, does, isOn }) => (
            <PolicyRow key={name} name={name} does={does} {...(isOn ? {} : { note: 'off', faded: true })}>
              <span className="-my-1 -mr-2 flex shrink-0 items-center gap-1">
                <Switch label={`${name} in force`} on={isOn} disabled={busy === name} onChange={(next) => during(name, onSwitch(name, next))} />
                <IconButton label={`Remove ${name}`} disabled={busy === name} onClick={() => during(name, onRemove(name))}><Trash2 size={14} aria-hidden /></IconButton>
              </span>
            </PolicyRow>
          ))}
        </ul>
      )}
    </PolicySection>
  )
}
