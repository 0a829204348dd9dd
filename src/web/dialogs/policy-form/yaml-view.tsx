import type { PolicyCheck } from '../../../spec/api/policies.ts'
import { inputClass } from '../../ui/field.tsx'
import { PlainText } from '../../ui/plain-text.tsx'

interface Props {
  readonly text: string
  readonly problems: PolicyCheck['problems']
  onChange(text: string): void
}

const sample = 'name: no-force\ntype: git\nmatch: {verb: push, force: true}\naction: deny\n'

/** The policy as text, checked while it is typed. */
export function YamlView({ text, problems, onChange }: Props) {
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2">
      <label htmlFor="policy-yaml" className="text-xs font-semibold text-ink-3">A policy in YAML, or a list of them</label>
      <textarea id="policy-yaml" spellCheck={false} placeholder={sample} value={text} aria-describedby="policy-yaml-check" {...(problems.length > 0 ? { 'aria-invalid': true } : {})} onChange={(event) => onChange(event.target.value)} className={`${inputClass} min-h-40 flex-1 resize-none font-mono text-xs leading-5`} />
      <div id="policy-yaml-check" aria-live="polite" className="max-h-32 min-h-10 space-y-1 overflow-y-auto text-xs">
        {text.trim() === '' && <p className="text-ink-3">It holds from the next call on, and knows all that happened before. <button type="button" className="text-accent underline" onClick={() => onChange(sample)}>Start from an example</button></p>}
        {problems.map(({ line, column, message, hint }) => (
          <p key={`${line} ${column} ${message}`} className="text-red">Line {line}, column {column}: <PlainText text={message} />{hint !== undefined && <> — <PlainText text={hint} /></>}</p>
        ))}
      </div>
    </div>
  )
}
