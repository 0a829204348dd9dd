import { type FormEvent, useState } from 'react'
import type { SessionView } from '../../spec/view/session-view.ts'
import { effortLevels } from '../../spec/agent/words.ts'
import { useData } from '../data/data-context.ts'
import type { SwitchChoice } from '../data/use-actions.ts'
import { useAnswer } from '../data/use-answer.ts'
import { Button } from '../ui/button.tsx'
import { DialogActions, DialogFrame } from '../ui/dialog-frame.tsx'
import { Field, inputClass } from '../ui/field.tsx'
import { HarnessChoice } from './harness-choice.tsx'
import { ModelField } from './model-field.tsx'

interface Props {
  readonly open: boolean
  readonly view: SessionView
  onClose(): void
  onSwitch(choice: SwitchChoice): Promise<boolean>
}

/** Another harness, or another model of the same, for a session that goes on. */
export function SwitchDialog({ open, view, onClose, onSwitch }: Props) {
  const description = view.turn === undefined ? 'The new program is given the conversation so far.' : 'After the running turn, the new program is given the conversation so far.'
  return (
    <DialogFrame open={open} onClose={onClose} title="Switch harness, model or effort" description={description} wide>
      <SwitchForm view={view} onClose={onClose} onSwitch={onSwitch} />
    </DialogFrame>
  )
}

function SwitchForm({ view, onClose, onSwitch }: Omit<Props, 'open'>) {
  const { client } = useData()
  const harnesses = useAnswer('harnesses', () => client.harnesses())
  const [harness, setHarness] = useState(view.harness)
  const [model, setModel] = useState(view.model ?? '')
  const [effort, setEffort] = useState<SwitchChoice['effort']>(() => effortLevels.find((each) => each === view.effort) ?? '')
  const [busy, setBusy] = useState(false)
  const same = harness === view.harness && model.trim() === (view.model ?? '') && effort === (view.effort ?? '')
  const choose = (id: string) => {
    setHarness(id)
    // A model's name means nothing to another harness.
    setModel(id === view.harness ? (view.model ?? '') : '')
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const done = await onSwitch({ harness, model: model.trim(), effort })
    setBusy(false)
    if (done) onClose()
  }
  return (
    <form className="space-y-4" onSubmit={(event) => void submit(event)}>
      {harnesses.state === 'loading' && <div aria-busy="true" aria-label="Loading the harnesses" className="skeleton h-24" />}
      {harnesses.state === 'failed' && <p role="alert" className="text-sm text-red">{harnesses.error.message}</p>}
      {harnesses.state === 'ready' && <HarnessChoice harnesses={harnesses.value} allowed={[]} value={harness} onChange={choose} />}
      <ModelField harness={harness} value={model} hint="Empty: the harness’s own." onChange={setModel} />
      <Field label="Reasoning effort" hint="How hard the model thinks, where the harness lets one choose.">
        {(ids) => (
          <select {...ids} className={inputClass} value={effort} onChange={(event) => setEffort(effortLevels.find((each) => each === event.target.value) ?? '')}>
            <option value="">its own</option>
            {effortLevels.map((each) => <option key={each}>{each}</option>)}
          </select>
        )}
      </Field>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button tone="accent" type="submit" disabled={busy || same || harnesses.state !== 'ready'}>Switch</Button>
      </DialogActions>
    </form>
  )
}
