import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react'
import type { AgentList, CreateSession } from '../../spec/api/http.ts'
import type { Readiness } from '../../spec/ports/host-link.ts'
import { useData } from '../data/data-context.ts'
import { goTo } from '../data/location.ts'
import { useAnswer } from '../data/use-answer.ts'
import { Button } from '../ui/button.tsx'
import { DialogActions, DialogFrame } from '../ui/dialog-frame.tsx'
import { Field, inputClass } from '../ui/field.tsx'
import { EarlierConversations } from './earlier-conversations.tsx'
import { HarnessChoice } from './harness-choice.tsx'
import { ModelField } from './model-field.tsx'
import { useTrust } from './use-trust.tsx'

interface Choices {
  readonly agents: AgentList['agents']
  readonly harnesses: readonly Readiness[]
  readonly defaultFolder: string
}

/** Agent, harness, model, folder, first prompt: what a session needs, with good guesses filled in. */
export function NewSessionDialog({ open, onClose }: { readonly open: boolean; onClose(): void }) {
  const { client } = useData()
  const prompt = useRef<HTMLTextAreaElement>(null)
  const choices = useAnswer<Choices>(open ? 'choices' : undefined, async () => {
    const [agents, harnesses, status] = await Promise.all([client.agents(), client.harnesses(), client.status()])
    return { agents, harnesses, defaultFolder: status.defaultFolder }
  })
  return (
    <DialogFrame open={open} onClose={onClose} title="New session" description="One agent at work in one folder." wide initialFocus={prompt}>
      {choices.state === 'loading' && <FormSkeleton />}
      {choices.state === 'failed' && <p role="alert" className="text-sm text-red">{choices.error.message}</p>}
      {choices.state === 'ready' && <NewSessionForm choices={choices.value} prompt={prompt} onClose={onClose} />}
    </DialogFrame>
  )
}

const folderKey = 'omnigent.folder'

function NewSessionForm({ choices, prompt, onClose }: { readonly choices: Choices; readonly prompt: React.RefObject<HTMLTextAreaElement | null>; onClose(): void }) {
  const { client, messages } = useData()
  const { agents, harnesses } = choices
  const [agentName, setAgentName] = useState(agents[0]?.name ?? '')
  const [chosen, setChosen] = useState<string>()
  const [model, setModel] = useState('')
  const [folder, setFolder] = useState(() => localStorage.getItem(folderKey) ?? choices.defaultFolder)
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const { withTrust, dialog } = useTrust()
  const agent = agents.find((each) => each.name === agentName)
  const allowed = agent?.harness ?? []
  const isReady = (id: string) => harnesses.some((each) => each.harness === id && each.state === 'ready')
  const harness = chosen !== undefined && isReady(chosen) && (allowed.length === 0 || allowed.includes(chosen))
    ? chosen
    : (allowed.find(isReady) ?? (allowed.length === 0 ? harnesses.find((each) => each.state === 'ready')?.harness : undefined))
  /** An earlier conversation goes on with its own program. */
  const start = async (on: Pick<CreateSession, 'harness' | 'continues'>) => {
    if (busy || folder.trim() === '') return
    setBusy(true)
    try {
      const made = await withTrust((trust) => client.createSession({
        agent: { name: agentName }, ...on, workspace: { mode: 'here', path: folder.trim() },
        ...(model.trim() === '' || on.continues !== undefined ? {} : { model: model.trim() }), ...(text.trim() === '' ? {} : { prompt: text }),
        ...(trust === undefined ? { ask: true } : trust === 'without' ? {} : { trust: trust.hash, remember: trust.remember }),
      }))
      if (made === undefined) return
      localStorage.setItem(folderKey, folder.trim())
      onClose()
      goTo(made.session)
    } catch (error) {
      messages.error(error)
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: { preventDefault(): void }) => {
    event.preventDefault()
    if (harness !== undefined) void start({ harness })
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event)
  }
  return (
    <form className="space-y-4" onSubmit={(event: FormEvent) => submit(event)}>
      <Field label="Prompt" hint="Leave it empty to start with nothing said. Ctrl+Enter starts.">
        {(ids) => <textarea {...ids} ref={prompt} autoFocus rows={3} value={text} onChange={(event) => setText(event.target.value)} onKeyDown={onKey} className={`${inputClass} max-h-60 resize-none [field-sizing:content] min-h-20`} />}
      </Field>
      <Field label="Agent" hint={agent?.description}>
        {(ids) => (
          <select {...ids} className={inputClass} value={agentName} onChange={(event) => setAgentName(event.target.value)}>
            {agents.map((each) => <option key={each.name} value={each.name}>{each.name}{each.source === 'user' ? ' (yours)' : ''}</option>)}
          </select>
        )}
      </Field>
      <HarnessChoice harnesses={harnesses} allowed={allowed} value={harness} onChange={setChosen} />
      <div className="grid gap-4 wide:grid-cols-2">
        <Field label="Folder" hint="Absolute path on the host. The agent works in it.">
          {(ids) => <input {...ids} required pattern="/.*" className={`${inputClass} font-mono`} value={folder} onChange={(event) => setFolder(event.target.value)} />}
        </Field>
        <ModelField harness={harness} value={model} hint="Empty: the agent’s or the harness’s own." onChange={setModel} />
      </div>
      <EarlierConversations folder={folder.trim()} allowed={allowed} busy={busy} onChoose={(continues) => void start({ continues })} />
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button tone="accent" type="submit" disabled={busy || harness === undefined || agent === undefined}>{text.trim() === '' ? 'Create' : 'Start'}</Button>
      </DialogActions>
      {dialog}
    </form>
  )
}

function FormSkeleton() {
  return <div aria-busy="true" aria-label="Loading the choices" className="space-y-4">{[80, 32, 96].map((height) => <div key={height} className="skeleton" style={{ height }} />)}</div>
}
