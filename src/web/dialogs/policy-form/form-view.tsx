import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { FieldView } from './field-view.tsx'
import { fieldsOfForm } from './fields-of-form.ts'
import { isGroup } from './form-control.tsx'
import type { FormField, FormState, Section } from './form-field.ts'
import { typeTable } from './type-table.ts'

interface Props {
  readonly form: FormState
  /** The name that it has while none is typed. */
  readonly suggestedName: string
  readonly problems: Readonly<Record<string, string>>
  readonly notes: Readonly<Record<string, string>>
  onAnswer(id: string, value: string): void
  onLeave(id: string): void
}

const sections: readonly { readonly section: Section; readonly title: string; readonly more: string }[] = [
  { section: 'what', title: 'What', more: 'More conditions' },
  { section: 'when', title: 'When', more: 'More about when' },
  { section: 'then', title: 'Then', more: 'More choices' },
  { section: 'about', title: 'Name and message', more: '' },
]

/** The fields of one type, section by section; what is rarely wanted stands behind a line. */
export function FormView(props: Props) {
  const fields = fieldsOfForm(props.form).filter(({ control }) => control.kind !== 'constant')
  return (
    <div className="divide-y divide-line">
      <header className="hidden pb-3 wide:block">
        <h3 className="text-base font-semibold">{typeTable[props.form.type].title}</h3>
        <p className="text-sm text-ink-2">{typeTable[props.form.type].about}</p>
      </header>
      {sections.map(({ section, title, more }) => {
        const own = fields.filter((field) => field.section === section)
        if (own.length === 0) return null
        const usual = own.filter(({ isMore }) => isMore !== true)
        // A line that hides all there is would be in the way.
        const rare = usual.length === 0 ? [] : own.filter(({ isMore }) => isMore === true)
        return (
          <section key={section} aria-label={title} className="space-y-3 py-4 last:pb-1 max-wide:first-of-type:pt-0">
            <h3 className="text-xs font-semibold text-ink-3">{title}</h3>
            <Fields {...props} fields={usual.length === 0 ? own : usual} />
            {rare.length > 0 && <More key={props.form.type} title={more} {...props} fields={rare} />}
          </section>
        )
      })}
    </div>
  )
}

function Fields(props: Props & { readonly fields: readonly FormField[] }) {
  return (
    <div className={gridClass}>
      {groupsOf(props.fields).map((group) => {
        const [first] = group
        if (first === undefined) return null
        const drawn = group.map((field) => <OneField key={field.id} {...props} field={field} />)
        return isInside(first) ? <div key={`in ${first.id}`} className={`${gridClass} border-l-2 border-line pl-3 wide:col-span-2`}>{drawn}</div> : drawn
      })}
    </div>
  )
}

const gridClass = 'grid min-w-0 gap-3 wide:grid-cols-2'

function OneField({ field, form, suggestedName, problems, notes, onAnswer, onLeave }: Props & { readonly field: FormField }) {
  return (
    <div className={`min-w-0 ${isWhole(field) ? 'wide:col-span-2' : ''}`}>
      <FieldView
        field={field} value={form.answers[field.id] ?? ''} problem={problems[field.id]} {...(notes[field.id] === undefined ? {} : { note: notes[field.id] ?? '' })}
        {...(field.id === 'name' ? { suggested: suggestedName } : {})} onChange={(value) => onAnswer(field.id, value)} onLeave={() => onLeave(field.id)}
      />
    </div>
  )
}

/** Neighbours that belong to the same choice stand together. */
function groupsOf(fields: readonly FormField[]): FormField[][] {
  const groups: FormField[][] = []
  for (const field of fields) {
    const last = groups.at(-1)
    if (last?.[0] !== undefined && isInside(last[0]) && isInside(field)) last.push(field)
    else groups.push([field])
  }
  return groups
}

/** A field that needs the whole line. */
const isWhole = ({ control, id, hint = '' }: FormField) => isGroup(control) || ['past', 'check', 'long-text'].includes(control.kind) || (control.kind === 'lines' && hint.length > longHint) || ['remember', 'name', 'scope'].includes(id)
const longHint = 24
/** What belongs to the choice above it. */
const isInside = ({ id, control }: FormField) => id.startsWith('after/') && control.kind !== 'past'

function More({ title, ...props }: Props & { readonly title: string; readonly fields: readonly FormField[] }) {
  const { fields, form, problems } = props
  const [open, setOpen] = useState(() => fields.some(({ id }) => (form.answers[id] ?? '') !== ''))
  const shown = open || fields.some(({ id }) => problems[id] !== undefined)
  return (
    <div className="space-y-3">
      <button type="button" aria-expanded={shown} onClick={() => setOpen(!shown)} className="-mx-1 flex items-center gap-1 rounded-md px-1 py-0.5 text-sm text-ink-2 hover:text-ink">
        <ChevronRight size={14} aria-hidden className={`shrink-0 transition-transform ${shown ? 'rotate-90' : ''}`} />
        {title}
      </button>
      {shown && <Fields {...props} />}
    </div>
  )
}
