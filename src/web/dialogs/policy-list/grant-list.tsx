import { Trash2 } from 'lucide-react'
import type { SessionPolicies } from '../../../spec/api/policies.ts'
import { IconButton } from '../../ui/button.tsx'
import { PlainText } from '../../ui/plain-text.tsx'
import { policyListClass, PolicySection } from './policy-row.tsx'

/** What a person allowed for longer than once, and can take back. */
export function GrantList({ grants, onRevoke }: { readonly grants: SessionPolicies['grants']; onRevoke(grant: string): Promise<boolean> }) {
  return (
    <PolicySection title="Allowed from now on">
      <ul className={policyListClass}>
        {grants.map(({ grant, rule, kind, pattern, scope }) => (
          <li key={grant} className="flex items-start gap-2 px-3 py-2 text-sm">
            <span className="min-w-0 flex-1">
              <PlainText text={`${kind} ${Object.entries(pattern).map(([name, wanted]) => `${name} ${typeof wanted === 'string' ? wanted : JSON.stringify(wanted)}`).join(', ')}`} className="font-mono text-xs break-all" />
              <span className="block text-xs text-ink-3">answers <PlainText text={rule} />, {scope === 'project' ? 'in every session of this folder' : 'for the rest of the session'}</span>
            </span>
            <IconButton label={`Ask again about ${kind}`} className="-my-1" onClick={() => void onRevoke(grant)}><Trash2 size={14} aria-hidden /></IconButton>
          </li>
        ))}
      </ul>
    </PolicySection>
  )
}
