import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { FieldView } from './field-view.tsx'
import { fieldsOfForm } from './fields-of-form.ts'
import { isGroup } from './form-control.tsx'
import type { FormField, FormState, Section } from './form-field.ts'

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
  { section: 'what', title: 'What it is about', more: 'More conditions' },
  { section: 'when', title: 'When', more: 'More about when' },
  { section: 'then', title: 'Then', more: 'More choices' },
  { section: 'about', title: 'How it is called', more: '' },
]

/** The fields of one type, section by section; what is rarely wanted stands behind a line. */
export function FormView(props: Props) {
  const fields = fieldsOfForm(props.form).filter(({ control }) => control.kind !== 'constant')
  return (
    <div className="divide-y divide-line">
      {sections.map(({ section, title, more }) => {
        const own = fields.filter((field) => field.section === section)
        if (own.length === 0) return null
        const rare = own.filter(({ isMore }) => isMore === true)
        return (
          <section key={section} aria-label={title} className="space-y-3 py-4 first:pt-0 last:pb-1">
            <h3 className="text-xs font-semibold text-ink-3">{title}</h3>
            <Fields {...props} fields={own.filter(({ isMore }) => isMore !== true)} />
            {rare.length > 0 && <More key={props.form.type} title={more} {...props} fields={rare} />}
          </section>
        )
      })}
    </div>
  )
}

function Fields({ fields, form, suggestedName, problems, notes, onAnswer, onLeave }: Props & { readonly fields: readonly FormField[] }) {
  return (
    <div className="grid gap-x-3 gap-y-3 wide:grid-cols-2">
      {fields.map((field) => (
        <div key={field.id} className={`min-w-0 ${isWhole(field) ? 'wide:col-span-2' : ''} ${isInside(field) ? 'border-l-2 border-line pl-3' : ''}`}>
          <FieldView
            field={field} value={form.answers[field.id] ?? ''} problem={problems[field.id]} {...(notes[field.id] === undefined ? {} : { note: notes[field.id] ?? '' })}
            {...(field.id === 'name' ? { suggested: suggestedName } : {})} onChange={(value) => onAnswer(field.id, value)} onLeave={() => onLeave(field.id)}
          />
        </div>
      ))}
    </div>
  )
}

/** A field that needs the whole line. */
const isWhole = ({ control, id }: FormField) => isGroup(control) || control.kind === 'past' || control.kind === 'check' || control.kind === 'long-text' || id === 'remember'
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
