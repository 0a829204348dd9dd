import { inputClass } from '../../ui/field.tsx'
import { type RequestFilter, verdictChoices } from './filter-requests.ts'

const parts = [['requests', 'Requests'], ['hosts', 'By host']] as const
export type Part = (typeof parts)[number][0]

interface Props {
  readonly part: Part
  readonly filter: RequestFilter
  onPart(part: Part): void
  onFilter(filter: RequestFilter): void
}

/** Which of them are shown, and how. */
export function FilterBar({ part, filter, onPart, onFilter }: Props) {
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
      <div role="group" aria-label="How they are shown" className="flex shrink-0 rounded-md border border-line-strong p-0.5">
        {parts.map(([value, label]) => (
          <button key={value} type="button" aria-pressed={part === value} onClick={() => onPart(value)} className={`h-6 rounded px-2.5 text-xs font-medium ${part === value ? 'bg-accent text-accent-ink' : 'text-ink-2 hover:text-ink'}`}>{label}</button>
        ))}
      </div>
      <div className="min-w-16 flex-1">
        <input type="search" aria-label="Only hosts with" placeholder="Host" maxLength={253} spellCheck={false} value={filter.host} onChange={(event) => onFilter({ ...filter, host: event.target.value })} className={inputClass} />
      </div>
      <div className="w-28 shrink-0">
        <select aria-label="Only these verdicts" value={filter.verdict} className={inputClass} onChange={(event) => onFilter({ ...filter, verdict: verdictChoices.find(([value]) => value === event.target.value)?.[0] ?? 'all' })}>
          {verdictChoices.map(([value, label]) => <option key={value} value={value}>{label}</option>)}
        </select>
      </div>
    </div>
  )
}
