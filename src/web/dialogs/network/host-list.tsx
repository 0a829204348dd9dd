import type { HostSum } from '../../data/request-log.ts'
import { count } from '../../ui/format.ts'
import { PlainText } from '../../ui/plain-text.tsx'

/** How much went to which host, what gateways decided alone among it. */
export function HostList({ hosts }: { readonly hosts: readonly (readonly [string, HostSum])[] }) {
  return (
    <table className="w-full text-sm">
      <thead className="sticky top-0 bg-raised text-left text-xs text-ink-3">
        <tr className="border-b border-line">
          <th scope="col" className="px-4 py-1.5 font-semibold">Host</th>
          <th scope="col" className="px-2 py-1.5 text-right font-semibold">Allowed</th>
          <th scope="col" className="px-4 py-1.5 text-right font-semibold wide:px-2">Denied</th>
          <th scope="col" className="hidden px-4 py-1.5 text-right font-semibold wide:table-cell">Last</th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {hosts.map(([host, { allowed, denied, alerts, last }]) => (
          <tr key={host} className={alerts > 0 ? 'bg-red-soft' : ''}>
            <th scope="row" className="px-4 py-1.5 text-left font-mono text-xs font-normal break-all">
              <PlainText text={host === '' ? '(no host)' : host} />
              {alerts > 0 && <span className="ml-2 font-sans font-medium text-red">{alerts === 1 ? '1 alert' : `${alerts} alerts`}</span>}
            </th>
            <td className="px-2 py-1.5 text-right tabular-nums">{count(allowed)}</td>
            <td className={`px-4 py-1.5 text-right tabular-nums wide:px-2 ${denied > 0 ? 'text-amber' : ''}`}>{count(denied)}</td>
            <td className="hidden px-4 py-1.5 text-right text-xs text-ink-3 tabular-nums wide:table-cell">{new Date(last).toLocaleTimeString()}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
