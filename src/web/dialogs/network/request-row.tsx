import { KeyRound, TriangleAlert } from 'lucide-react'
import { memo, useState } from 'react'
import { requestAddress } from '../../../spec/view/request-text.ts'
import type { SeenRequest } from '../../data/request-log.ts'
import { DecisionView } from '../../transcript/decision-view.tsx'
import { Button } from '../../ui/button.tsx'
import { PlainText } from '../../ui/plain-text.tsx'
import { isForPolicies } from './allow-policy.ts'
import { deciderOf, lookOf } from './request-words.ts'

interface Props {
  readonly session: string
  readonly request: SeenRequest
  onAllow(request: SeenRequest): void
}

/** One request: where it went, who decided it by which rules, and which secrets went with it. */
export const RequestRow = memo(function RequestRow({ session, request, onAllow }: Props) {
  const [why, setWhy] = useState(false)
  const { at, method, title, rules, secrets, isAlert, call, by, verdict } = request
  const look = lookOf(request)
  const what = title ?? `${method} ${requestAddress(request)}`
  // What allows is named where it is somebody's rule, not just that none held it up.
  const spoken = rules.filter((rule) => rule.verdict !== 'allow' || (by !== 'policy' && rule.rule !== 'policies'))
  return (
    <li className={`space-y-1 px-4 py-2 text-sm ${isAlert ? 'bg-red-soft' : ''}`}>
      <div className="flex flex-wrap items-baseline gap-x-3 wide:flex-nowrap">
        <span className={`w-16 shrink-0 text-xs font-medium ${look.className}`}>{isAlert && <TriangleAlert size={13} aria-hidden className="mr-1 inline align-[-0.125rem]" />}{look.word}</span>
        <PlainText text={what} className="order-last line-clamp-4 min-w-0 basis-full font-mono text-xs leading-5 break-all wide:order-none wide:flex-1" />
        <time dateTime={new Date(at).toISOString()} title={new Date(at).toLocaleString()} className={`ml-auto shrink-0 text-xs tabular-nums ${isAlert ? 'text-red' : 'text-ink-3'}`}>{new Date(at).toLocaleTimeString()}</time>
      </div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-2 wide:pl-19">
        {isAlert
          ? <span className="text-red">The stand-in for the secret <PlainText text={secrets.join(', ')} className="font-mono" /> was in it, where that does not go. Refused by the gateway.</span>
          : <span>{deciderOf(request)}{spoken.length > 0 && <>: <PlainText text={spoken.map(({ rule }) => rule).join(', ')} className="font-mono" /></>}</span>}
        {!isAlert && secrets.length > 0 && (
          <span className="inline-flex items-center gap-1"><KeyRound size={12} aria-hidden /><span className="sr-only">{verdict === 'allowed' ? 'with the secret ' : 'it would have had the secret '}</span><PlainText text={secrets.join(', ')} className="font-mono" /></span>
        )}
        <span className="ml-auto flex gap-1">
          {call !== undefined && <Button small tone="quiet" aria-expanded={why} onClick={() => setWhy(!why)}>Why<span className="sr-only"> was {what} decided so?</span></Button>}
          {isForPolicies(request) && <Button small onClick={() => onAllow(request)}>Allow always<span className="sr-only"> {what}</span></Button>}
        </span>
      </div>
      {why && call !== undefined && <div className="wide:pl-19"><DecisionView session={session} call={call} /></div>}
    </li>
  )
})
