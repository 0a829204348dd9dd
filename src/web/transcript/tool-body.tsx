import { useEffect, useRef, useState } from 'react'
import { printable } from '../../base/printable.ts'
import { readableText } from '../../spec/stored-text.ts'
import type { ItemOf } from '../../spec/view/transcript-item.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { RuleList } from '../session/rule-list.tsx'
import { DecisionView } from './decision-view.tsx'
import { DiffView } from './diff-view.tsx'
import type { ToolSummary } from './tool-summary.ts'
import { WholeText } from './whole-text.tsx'

const blockClass = 'overflow-y-auto rounded-md border border-line bg-code px-3 py-2 font-mono text-xs leading-5 whitespace-pre-wrap'

/** What a call was given, what it printed, how it was decided. */
export function ToolBody({ item, summary, live }: { readonly item: ItemOf<'tool'>; readonly summary: ToolSummary; readonly live: string | undefined }) {
  return (
    <div className="mt-1 mb-2 ml-[1.875rem] space-y-2">
      <ExactInput item={item} summary={summary} />
      <Output item={item} live={live} />
      {item.decision !== undefined && (item.decision.rules.length > 0 || item.decision.verdict !== 'allow') && <RuleList rules={item.decision.rules} />}
      <Footer item={item} />
    </div>
  )
}

function Footer({ item }: { readonly item: ItemOf<'tool'> }) {
  const [why, setWhy] = useState(false)
  return (
    <>
      <p className="text-xs text-ink-3">
        {footer(item)}
        {item.decision !== undefined && <button type="button" aria-expanded={why} onClick={() => setWhy(!why)} className="ml-2 text-accent underline">Why was it decided so?</button>}
      </p>
      {why && <DecisionView session={item.session} call={item.call} />}
    </>
  )
}

/** The exact input: a command as a command, an edit as a diff, everything else as it was sent. */
export function ExactInput({ item, summary }: { readonly item: ItemOf<'tool'>; readonly summary: ToolSummary }) {
  if (summary.kind === 'command') {
    return (
      <div className="relative">
        <pre tabIndex={0} role="group" aria-label="Command" className={`${blockClass} max-h-60 pr-10 text-ink`}><span aria-hidden className="text-ink-3 select-none">$ </span>{printable(summary.target)}</pre>
        <CopyButton label="Copy the command" text={summary.target} className="absolute top-0.5 right-0.5" />
      </div>
    )
  }
  // What it is given is the prompt above.
  if (summary.kind === 'model') return <p className="text-sm">Begin {printable(summary.target)}. Before it is allowed, nothing is sent to the model.</p>
  if (summary.changes.length > 0) return <>{summary.changes.map((change, index) => <DiffView key={index} change={change} />)}</>
  return (
    <>
      <pre tabIndex={0} role="group" aria-label="Input" className={`${blockClass} max-h-60 text-ink-2`}>{printable(summary.raw)}</pre>
      {'blob' in item.input && <WholeText stored={item.input} />}
    </>
  )
}

function Output({ item, live }: { readonly item: ItemOf<'tool'>; readonly live: string | undefined }) {
  const box = useRef<HTMLPreElement>(null)
  const text = item.output === undefined ? live : readableText(item.output)
  useEffect(() => {
    // What runs is read at its end.
    if (item.output === undefined && box.current !== null) box.current.scrollTop = box.current.scrollHeight
  }, [text, item.output])
  if (text === undefined || text === '') return item.state === 'running' ? <p className="text-xs text-ink-3">No output yet.</p> : null
  return (
    <>
      <pre ref={box} tabIndex={0} role="group" aria-label="Output" className={`${blockClass} max-h-80 text-ink-2`}>{printable(text)}</pre>
      {item.output !== undefined && 'blob' in item.output && <WholeText stored={item.output} />}
    </>
  )
}

function footer(item: ItemOf<'tool'>): string {
  const parts = [item.tool]
  if (item.exitCode !== undefined) parts.push(`exit ${item.exitCode}`)
  if (item.imported === true) parts.push('ran before this session was there')
  else if (!item.gated) parts.push('seen after the fact: this program did not ask before it ran')
  if (item.approval?.answer !== undefined) {
    const who = item.approval.by === undefined ? '' : ` by ${item.approval.by.id}`
    parts.push(item.approval.answer === 'expired' ? 'the question expired' : `${item.approval.answer === 'allow' ? 'allowed' : 'denied'}${who}${item.approval.comment === undefined ? '' : `: ${item.approval.comment}`}`)
  }
  if (item.state === 'unknown') parts.push('its machine went away before it reported; it is never run again by itself')
  return printable(parts.join(' · '))
}
