import type { RuleVerdict } from '../../spec/events/turn-data.ts'
import { PlainText } from '../ui/plain-text.tsx'

const looks: Readonly<Record<RuleVerdict['verdict'], string>> = { allow: 'text-green', warn: 'text-amber', ask: 'text-amber', deny: 'text-red' }

/** The rules that spoke, each with its verdict. */
export function RuleList({ rules }: { readonly rules: readonly RuleVerdict[] }) {
  if (rules.length === 0) return null
  return (
    <ul aria-label="Rules" className="space-y-0.5 text-xs">
      {rules.map((rule, index) => (
        <li key={index} className="flex gap-2">
          <span className={`w-9 shrink-0 font-medium ${looks[rule.verdict]}`}>{rule.verdict}</span>
          <span className="min-w-0 text-ink-2"><PlainText text={rule.rule} className="font-mono" />{rule.message !== undefined && <>: <PlainText text={rule.message} /></>}</span>
        </li>
      ))}
    </ul>
  )
}
