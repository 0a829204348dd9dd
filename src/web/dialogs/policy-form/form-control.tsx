import type { ReactNode } from 'react'
import { inputClass } from '../../ui/field.tsx'
import { type Control, dayOptions, linesOf, type Option, splitCompare, splitSpan } from './controls.ts'

export interface ControlProps<Kind extends Control = Control> {
  readonly control: Kind
  readonly id: string
  readonly label: string
  readonly value: string
  readonly placeholder: string | undefined
  /** Ids of what describes it: its hint, what is wrong with it. */
  readonly describedBy: string | undefined
  readonly invalid: boolean
  onChange(value: string): void
  onLeave(): void
}

type Of<Kind extends Control['kind']> = ControlProps<Extract<Control, { kind: Kind }>>

/** True where the control is several: they have a legend instead of a label. */
export const isGroup = (control: Control): boolean => control.kind === 'choices' || control.kind === 'days' || (control.kind === 'select' && control.cards === true)

/** The control of one field; its label stands outside. */
export function FormControl(props: ControlProps): ReactNode {
  const { control } = props
  switch (control.kind) {
    case 'text': return <Line {...props} />
    case 'long-text': return <Lines {...props} />
    case 'lines': return <Lines {...props} isCode />
    case 'number': return <Amount {...props} control={control} />
    case 'select': return control.cards === true ? <Cards {...props} control={control} /> : <Select {...props} options={control.options} />
    case 'past': return <Select {...props} options={control.options} />
    case 'yes-no': return <Select {...props} options={yesNo} />
    case 'choices': return <Choices {...props} options={control.options} />
    case 'days': return <Choices {...props} options={dayOptions} />
    case 'compare': return <Compare {...props} />
    case 'span': return <Span {...props} control={control} />
    case 'check': case 'constant': return null
  }
}

const yesNo: readonly Option[] = [{ value: '', label: 'either way' }, { value: 'yes', label: 'yes' }, { value: 'no', label: 'no' }]
const operators: readonly Option[] = [{ value: 'ge', label: 'at least' }, { value: 'gt', label: 'more than' }, { value: 'eq', label: 'exactly' }, { value: 'le', label: 'at most' }, { value: 'lt', label: 'less than' }]

const shared = ({ id, describedBy, invalid, onLeave }: ControlProps) => ({ id, onBlur: onLeave, ...(describedBy === undefined ? {} : { 'aria-describedby': describedBy }), ...(invalid ? { 'aria-invalid': true } as const : {}) })
const invalidClass = 'aria-invalid:border-red'

function Line(props: ControlProps) {
  return <input {...shared(props)} className={`${inputClass} ${invalidClass} ${props.id.endsWith('name') ? 'font-mono text-xs leading-5' : ''}`} value={props.value} placeholder={props.placeholder} maxLength={200} spellCheck={false} autoComplete="off" onChange={(event) => props.onChange(event.target.value)} />
}

function Lines({ isCode = false, ...props }: ControlProps & { readonly isCode?: boolean }) {
  return <textarea {...shared(props)} rows={1} className={`${inputClass} ${invalidClass} block max-h-40 min-h-8.5 resize-none [field-sizing:content] ${isCode ? 'font-mono text-xs leading-5' : ''}`} value={props.value} placeholder={props.placeholder} maxLength={isCode ? 5_000 : 500} spellCheck={!isCode} onChange={(event) => props.onChange(event.target.value)} />
}

function Amount({ control: { before, after }, ...props }: Of<'number'>) {
  return (
    <span className="flex items-center gap-2">
      <span className="relative min-w-0 flex-1">
        {before !== undefined && <span aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-sm text-ink-3">{before}</span>}
        <input {...shared({ ...props, control: { kind: 'number' } })} inputMode="decimal" autoComplete="off" className={`${inputClass} ${invalidClass} ${before === undefined ? '' : 'pl-6'}`} value={props.value} placeholder={props.placeholder} maxLength={20} onChange={(event) => props.onChange(event.target.value)} />
      </span>
      {after !== undefined && <span className="text-sm text-ink-2">{after}</span>}
    </span>
  )
}

function Select({ options, ...props }: ControlProps & { readonly options: readonly Option[] }) {
  return (
    <select {...shared(props)} className={`${inputClass} ${invalidClass} h-8.5`} value={options.some(({ value }) => value === props.value) ? props.value : options[0]?.value} onChange={(event) => props.onChange(event.target.value)}>
      {options.map(({ value, label }) => <option key={value} value={value}>{label}</option>)}
    </select>
  )
}

function Compare(props: ControlProps) {
  const { operator, count } = splitCompare(props.value)
  return (
    <span className="grid grid-cols-2 gap-2">
      <select aria-label={`${props.label}: how it is compared`} className={`${inputClass} h-8.5`} value={operator} onChange={(event) => props.onChange(`${event.target.value} ${count}`)}>
        {operators.map(({ value, label }) => <option key={value} value={value}>{label}</option>)}
      </select>
      <input {...shared(props)} inputMode="numeric" autoComplete="off" className={`${inputClass} ${invalidClass}`} value={count} maxLength={12} onChange={(event) => props.onChange(`${operator} ${event.target.value}`)} />
    </span>
  )
}

function Span({ control, ...props }: Of<'span'>) {
  const { count, unit } = splitSpan(control, props.value)
  const { units, places = [] } = control
  const own = { ...props, control }
  return (
    <span className="flex items-center gap-2">
      {!unit.place && <input {...shared(own)} inputMode="numeric" autoComplete="off" className={`${inputClass} ${invalidClass} min-w-14 flex-1 basis-14`} value={count} maxLength={9} onChange={(event) => props.onChange(`${event.target.value}${unit.value}`)} />}
      {units.length + places.length === 1 ? <span className="text-sm text-ink-2">{units[0]?.label}</span> : (
        <select {...(unit.place ? shared(own) : { 'aria-label': `${props.label}: unit` })} className={`${inputClass} h-8.5 flex-1 basis-24`} value={unit.value} onChange={(event) => props.onChange(places.some(({ value }) => value === event.target.value) ? event.target.value : `${count === '' && unit.place ? '1' : count}${event.target.value}`)}>
          {[...units, ...places].map(({ value, label }) => <option key={value} value={value}>{label}</option>)}
        </select>
      )}
    </span>
  )
}

function Choices({ options, value, onChange, onLeave }: Pick<ControlProps, 'value' | 'onChange' | 'onLeave'> & { readonly options: readonly Option[] }) {
  const chosen = linesOf(value)
  const toggle = (each: string) => onChange(options.map((option) => option.value).filter((one) => (one === each ? !chosen.includes(one) : chosen.includes(one))).join('\n'))
  return (
    <span className="flex flex-wrap gap-1.5" onBlur={onLeave}>
      {options.map((option) => (
        <label key={option.value} className={`flex h-8 cursor-pointer items-center gap-1.5 rounded-md border px-2 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent ${chosen.includes(option.value) ? 'border-accent bg-accent-soft' : 'border-line-strong bg-bg hover:bg-hover'}`}>
          <input type="checkbox" className="size-3.5 accent-(--accent) outline-none" checked={chosen.includes(option.value)} onChange={() => toggle(option.value)} />
          {option.label}
        </label>
      ))}
    </span>
  )
}

function Cards({ control: { options }, id, value, onChange }: Of<'select'>) {
  const chosen = options.some((option) => option.value === value) ? value : options[0]?.value
  return (
    <span className={`grid gap-1.5 ${options.length === 3 ? 'wide:grid-cols-3' : 'wide:grid-cols-2'}`}>
      {options.map((option) => (
        <label key={option.value} className={`flex cursor-pointer gap-2 rounded-lg border px-2.5 py-2 has-focus-visible:outline-2 has-focus-visible:outline-accent ${chosen === option.value ? 'border-accent bg-accent-soft' : 'border-line-strong bg-bg hover:bg-hover'}`}>
          <input type="radio" name={id} className="mt-0.75 self-start accent-(--accent) outline-none" checked={chosen === option.value} onChange={() => onChange(option.value)} />
          <span className="min-w-0 text-sm">
            <span className="block font-medium">{option.label}</span>
            {option.about !== undefined && <span className="block text-xs text-ink-2">{option.about}</span>}
          </span>
        </label>
      ))}
    </span>
  )
}
