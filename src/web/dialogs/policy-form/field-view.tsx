import { PlainText } from '../../ui/plain-text.tsx'
import { FormControl, isGroup } from './form-control.tsx'
import type { FormField } from './form-field.ts'

interface Props {
  readonly field: FormField
  readonly value: string
  /** What stands there where nothing was said. */
  readonly suggested?: string
  readonly problem: string | undefined
  readonly note?: string
  onChange(value: string): void
  onLeave(): void
}

/** One field: label, control, hint, and what is wrong with it. */
export function FieldView({ field, value, suggested, problem, note, onChange, onLeave }: Props) {
  const { control, label, hint } = field
  const id = `policy-${field.id}`
  const said = [...(hint === undefined ? [] : [`${id}-hint`]), ...(note === undefined ? [] : [`${id}-note`]), ...(problem === undefined ? [] : [`${id}-problem`])]
  const describedBy = said.length === 0 ? undefined : said.join(' ')
  // How a list of patterns is written is said beside its label: it repeats, and must not take a line each time.
  const isBeside = control.kind === 'lines'
  const below = (
    <>
      {hint !== undefined && !isBeside && <span id={`${id}-hint`} className="block text-xs text-ink-3">{hint}</span>}
      {note !== undefined && <span id={`${id}-note`} className="block text-xs text-amber">{note}</span>}
      {problem !== undefined && <span id={`${id}-problem`} role="alert" className="block text-xs text-red"><PlainText text={problem} /></span>}
    </>
  )
  if (control.kind === 'check') {
    return (
      <div className="space-y-1">
        <label className="flex min-h-8 items-center gap-2 text-sm">
          <input id={id} type="checkbox" className="size-4 shrink-0 accent-(--accent)" checked={value === 'yes'} aria-describedby={describedBy} onChange={(event) => onChange(event.target.checked ? 'yes' : '')} />
          {label}
        </label>
        {below}
      </div>
    )
  }
  const drawn = <FormControl control={control} id={id} label={label} value={value} placeholder={suggested ?? field.placeholder} describedBy={describedBy} invalid={problem !== undefined} onChange={onChange} onLeave={onLeave} />
  if (isGroup(control)) {
    return (
      <fieldset className="min-w-0 space-y-1" aria-describedby={describedBy}>
        <legend className="mb-1 text-sm font-medium">{label}</legend>
        {drawn}
        {below}
      </fieldset>
    )
  }
  return (
    <div className="min-w-0 space-y-1">
      <div className="flex flex-wrap items-baseline justify-between gap-x-2">
        <label htmlFor={id} className="text-sm font-medium">{label}</label>
        {isBeside && hint !== undefined && <span id={`${id}-hint`} className="text-xs text-ink-3">{hint}</span>}
      </div>
      {drawn}
      {below}
    </div>
  )
}
