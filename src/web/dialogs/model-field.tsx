import { useId } from 'react'
import type { ModelList } from '../../spec/model-list.ts'
import { useData } from '../data/data-context.ts'
import { useAnswer } from '../data/use-answer.ts'
import { useNow } from '../data/use-now.ts'
import { Field, inputClass } from '../ui/field.tsx'
import { ago } from '../ui/format.ts'

interface Props {
  /** Whose models are offered; undefined while none is chosen. */
  readonly harness: string | undefined
  readonly value: string
  readonly hint: string
  onChange(model: string): void
}

/** A model's name: offered from what the harness has here, and free to be any other. */
export function ModelField({ harness, value, hint, onChange }: Props) {
  const { client } = useData()
  const now = useNow()
  const listId = useId()
  const answer = useAnswer(harness === undefined ? undefined : `models of ${harness}`, async () => (harness === undefined ? [] : client.models({ harness })))
  const list = answer.state === 'ready' ? answer.value[0] : undefined
  return (
    <Field label="Model" hint={`${hint} ${listNote(list, now)}`.trim()}>
      {(ids) => (
        <>
          <input {...ids} list={listId} autoComplete="off" className={`${inputClass} font-mono`} value={value} maxLength={128} onChange={(event) => onChange(event.target.value)} />
          <datalist id={listId}>
            {list?.aliases.map(({ name, model }) => <option key={name} value={name} label={name === model ? name : `${name} (${model})`} />)}
            {list?.models.map(({ id, label }) => <option key={`model ${id}`} value={id} label={[label ?? id, ...(id === list.default ? ['default'] : [])].join(', ')} />)}
          </datalist>
        </>
      )}
    </Field>
  )
}

function listNote(list: ModelList | undefined, now: number): string {
  if (list === undefined) return ''
  const offered = list.models.length + list.aliases.length
  const preset = list.default === undefined ? [] : [`Default: ${list.default}.`]
  const counted = offered === 0 ? ['Type a name.'] : [`${offered} to choose from${list.at === undefined ? '' : `, listed ${agoText(list.at, now)}`}; any other name works too.`]
  return [...preset, ...counted].join(' ')
}

function agoText(at: number, now: number): string {
  const age = ago(at, now)
  return age === 'now' ? 'just now' : /^\d+[mhd]$/.test(age) ? `${age} ago` : age
}
