import { Box, CircleCheck, CircleDashed, CircleDot, ShieldAlert, ShieldCheck, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { SessionView } from '../../spec/view/session-view.ts'
import { boxWords } from '../../spec/view/box-words.ts'
import { goTo } from '../data/location.ts'
import { Button } from '../ui/button.tsx'
import { count, dollars } from '../ui/format.ts'
import { PlainText } from '../ui/plain-text.tsx'
import { BoxNotes } from './box-notes.tsx'

/** What a person wants to know beside the conversation. */
export function Summary({ view, onNetwork }: { readonly view: SessionView; onNetwork(): void }) {
  return (
    <div className="divide-y divide-line text-sm">
      <BoxPart view={view} />
      {view.network !== undefined && <NetworkPart network={view.network} onOpen={onNetwork} />}
      {view.plan.length > 0 && <PlanPart view={view} />}
      <CostPart view={view} />
      {view.queue.length > 0 && <Part title="Queue"><p>{view.queue.length} waiting{view.queueHeld && ', held'}</p></Part>}
      <FactsPart view={view} />
      {Object.keys(view.labels).length > 0 && <LabelsPart labels={view.labels} />}
    </div>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="space-y-2 px-4 py-3">
      <h2 className="text-xs font-semibold text-ink-3">{title}</h2>
      {children}
    </section>
  )
}

/** What really confines the agent, as its machine attested it. Never more than is so. */
function BoxPart({ view: { box } }: { readonly view: SessionView }) {
  if (box === undefined) {
    return <Part title="Sandbox"><p className="flex gap-2 text-ink-2"><Box size={16} aria-hidden className="mt-0.5 shrink-0 text-ink-3" />Attested when the first turn starts.</p></Part>
  }
  const Icon = box.advisory ? ShieldAlert : ShieldCheck
  return (
    <Part title="Sandbox">
      <p className={`flex gap-2 font-medium ${box.advisory ? 'text-red' : 'text-green'}`}>
        <Icon size={16} aria-hidden className="mt-0.5 shrink-0" />
        <PlainText text={boxWords(box)} />
      </p>
      <BoxNotes box={box} />
    </Part>
  )
}

/** What left the box, in numbers. */
function NetworkPart({ network: { allowed, denied, lastAlert }, onOpen }: { readonly network: NonNullable<SessionView['network']>; onOpen(): void }) {
  return (
    <Part title="Network">
      <div className="flex items-center justify-between gap-2">
        <p className="tabular-nums">{count(allowed)} allowed, <span className={denied > 0 ? 'text-amber' : ''}>{count(denied)} denied</span></p>
        <Button small onClick={onOpen}>Requests</Button>
      </div>
      {lastAlert !== undefined && (
        <p className="flex gap-2 rounded-md bg-red-soft px-2.5 py-1.5 text-xs text-red">
          <TriangleAlert size={14} aria-hidden className="mt-0.5 shrink-0" />
          <span>The stand-in for the secret <PlainText text={lastAlert.secret} className="font-mono" /> was sent to <PlainText text={lastAlert.host} className="font-mono" />, where it does not go. It was refused.</span>
        </p>
      )}
    </Part>
  )
}

const planLooks = {
  done: { icon: CircleCheck, name: 'done', className: 'text-green', text: 'text-ink-3' },
  active: { icon: CircleDot, name: 'now', className: 'text-accent', text: 'text-ink font-medium' },
  pending: { icon: CircleDashed, name: 'to do', className: 'text-ink-3', text: 'text-ink-2' },
} as const

function PlanPart({ view: { plan } }: { readonly view: SessionView }) {
  const done = plan.filter((entry) => entry.status === 'done').length
  return (
    <Part title={`Plan, ${done} of ${plan.length}`}>
      <ol className="space-y-1.5">
        {plan.map((entry, index) => {
          const { icon: Icon, name, className, text } = planLooks[entry.status]
          return (
            <li key={index} className="flex gap-2">
              <Icon size={15} aria-hidden className={`mt-0.5 shrink-0 ${className}`} />
              <span className={`min-w-0 ${text}`}><span className="sr-only">{name}: </span><PlainText text={entry.text} /></span>
            </li>
          )
        })}
      </ol>
    </Part>
  )
}

const pricedByText = { none: '', harness: 'as the program reports it', table: 'at list prices', override: 'at your prices', mixed: '' } as const satisfies Record<SessionView['money']['pricedBy'], string>

function CostPart({ view: { money, usage, context } }: { readonly view: SessionView }) {
  const share = context?.window === undefined ? undefined : Math.min(1, context.used / context.window)
  return (
    <Part title="Cost">
      <p className="flex items-baseline gap-2">
        <span className="text-lg font-semibold tabular-nums">{money.microUsd === 0 && money.unpriced > 0 ? 'Not known' : dollars(money.microUsd)}</span>
        {money.microUsd > 0 && <span className="text-xs text-ink-3">{pricedByText[money.pricedBy]}</span>}
      </p>
      {money.planMicroUsd > 0 && <p className="text-xs text-ink-3">A subscription covers calls that would have cost {dollars(money.planMicroUsd)}.</p>}
      {money.unpriced > 0 && <p className="text-xs text-amber">{money.unpriced === 1 ? '1 call has no known price' : `${money.unpriced} calls have no known price`}{money.microUsd > 0 && ' and no part in the sum'}.</p>}
      <Facts rows={[
        ['Input', count(usage.input)], ['Output', count(usage.output)],
        ...(usage.cacheRead + usage.cacheWrite > 0 ? [['Cache', `${count(usage.cacheRead)} read, ${count(usage.cacheWrite)} written`] as const] : []),
        ...(context === undefined ? [] : [['Context', context.window === undefined ? count(context.used) : `${count(context.used)} of ${count(context.window)}`] as const]),
      ]} />
      {share !== undefined && (
        <div role="meter" aria-label="Context used" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)} className="h-1 overflow-hidden rounded-full bg-hover">
          <div className={`h-full ${share > 0.85 ? 'bg-amber' : 'bg-accent'}`} style={{ width: `${share * 100}%` }} />
        </div>
      )}
    </Part>
  )
}

function FactsPart({ view }: { readonly view: SessionView }) {
  const { forkedFrom, host } = view
  return (
    <Part title="Session">
      <Facts rows={[
        ['Agent', view.agent.name], ['Harness', `${view.harness}${view.version === undefined ? '' : ` ${view.version}`}`],
        ...(view.model === undefined ? [] : [['Model', view.model] as const]),
        ...(view.effort === undefined ? [] : [['Effort', view.effort] as const]),
        ['Folder', view.workspace.path], ...(host === undefined ? [] : [['Host', `${host.name}${host.attached ? '' : ' (gone)'}`] as const]),
        ['Turns', String(view.counts.turns)], ['Tool calls', String(view.counts.calls)], ['Events', String(view.seq)],
      ]} />
      {view.counts.unsupported > 0 && <p className="text-xs text-amber">{view.counts.unsupported} events were written by a newer version.</p>}
      {forkedFrom !== undefined && <Button small onClick={() => goTo(forkedFrom.session)}>Open the session it was forked from</Button>}
    </Part>
  )
}

function LabelsPart({ labels }: { readonly labels: Readonly<Record<string, string>> }) {
  return (
    <Part title="Labels">
      <ul className="flex flex-wrap gap-1.5">
        {Object.entries(labels).map(([name, value]) => (
          <li key={name} className="rounded-full border border-line bg-bg px-2 text-xs leading-5"><PlainText text={value === '' ? name : `${name}: ${value}`} /></li>
        ))}
      </ul>
    </Part>
  )
}

function Facts({ rows }: { readonly rows: readonly (readonly [string, string])[] }) {
  return (
    <dl className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-x-2 gap-y-0.5 text-xs leading-5">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3">{name}</dt>
          <dd className="tabular-nums"><PlainText text={value} /></dd>
        </div>
      ))}
    </dl>
  )
}
