import { Lock } from 'lucide-react'
import type { SessionPolicies } from '../../../spec/api/policies.ts'
import { policyListClass, PolicyRow, PolicySection } from './policy-row.tsx'

const titles = { session: 'The session that started it', agent: 'Its agent', server: 'The server' } as const
const wheres = { session: 'Set by the session that started this one', agent: 'Set by its agent', server: 'Set by the server' } as const

/** What stands above this session, and can be tightened here but not switched off. */
export function PoliciesAbove({ list: { level, policies } }: { readonly list: SessionPolicies['lists'][number] }) {
  const why = `${wheres[level]}: it cannot be switched off here`
  return (
    <PolicySection title={titles[level]} about="cannot be switched off here">
      <ul className={policyListClass}>
        {policies.map(({ name, does, source }) => (
          <PolicyRow key={name} name={name} does={does} {...(source === 'shipped' ? { note: 'shipped' } : {})}>
            <span role="img" aria-label={why} title={why} className="mt-0.5 shrink-0 text-ink-3"><Lock size={14} aria-hidden /></span>
          </PolicyRow>
        ))}
      </ul>
    </PolicySection>
  )
}
