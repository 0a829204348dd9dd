import type { Offer } from '../../spec/events/turn-data.ts'
import { inputClass } from '../ui/field.tsx'
import { PlainText } from '../ui/plain-text.tsx'

/** What a person lets be remembered: the offers, as they changed them, and for how long; undefined when they do not want it. */
export type Remembered = { readonly offers: readonly Offer[]; readonly scope: 'session' | 'project' } | undefined

interface Props {
  readonly offers: readonly Offer[]
  readonly value: Remembered
  onChange(value: Remembered): void
}

/** Says yes for longer: exactly to what the patterns say, which can be seen and widened. */
export function RememberChoice({ offers, value, onChange }: Props) {
  const change = (index: number, field: string, text: string) => value !== undefined && onChange({ ...value, offers: value.offers.map((offer, at) => (at === index ? { ...offer, pattern: { ...offer.pattern, [field]: text } } : offer)) })
  const mayBeWide = offers.every(({ scope }) => scope === 'project')
  return (
    <div className="space-y-1.5 text-sm">
      <label className="flex items-center gap-2">
        <input type="checkbox" className="size-4 accent-(--accent)" checked={value !== undefined} onChange={(event) => onChange(event.target.checked ? { offers, scope: 'session' } : undefined)} />
        Allow this for the rest of the session
      </label>
      {value !== undefined && (
        <ul aria-label="What will be allowed" className="space-y-1.5 border-l-2 border-line pl-3">
          {value.offers.map((offer, index) => (
            <li key={index} className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs">
              <span className="font-mono font-medium">{offer.kind}</span>
              {Object.entries(offer.pattern).map(([field, wanted]) => (
                typeof wanted === 'string'
                  ? (
                    <label key={field} className="flex min-w-0 flex-1 basis-52 items-center gap-1.5 text-ink-2">
                      <span className="shrink-0">{field}</span>
                      <input className={`${inputClass} min-w-0 flex-1 font-mono text-xs`} value={wanted} maxLength={1_000} spellCheck={false} onChange={(event) => change(index, field, event.target.value)} />
                    </label>
                  )
                  : <PlainText key={field} text={`${field} ${JSON.stringify(wanted)}`} className="font-mono text-ink-2" />
              ))}
            </li>
          ))}
        </ul>
      )}
      {value !== undefined && mayBeWide && (
        <label className="flex items-center gap-2">
          <input type="checkbox" className="size-4 accent-(--accent)" checked={value.scope === 'project'} onChange={(event) => onChange({ ...value, scope: event.target.checked ? 'project' : 'session' })} />
          In every session of this folder, until it is taken back
        </label>
      )}
    </div>
  )
}
