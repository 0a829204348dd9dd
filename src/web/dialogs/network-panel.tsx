import { useCallback, useMemo, useState } from 'react'
import type { SessionView } from '../../spec/view/session-view.ts'
import { maxRequests, type SeenRequest } from '../data/request-log.ts'
import { useRequestFeed } from '../data/use-request-feed.ts'
import { useStore } from '../data/use-store.ts'
import { Button } from '../ui/button.tsx'
import { count } from '../ui/format.ts'
import { AllowAlways } from './network/allow-always.tsx'
import { FilterBar, type Part } from './network/filter-bar.tsx'
import { filterHosts, filterRequests, type RequestFilter } from './network/filter-requests.ts'
import { HostList } from './network/host-list.tsx'
import { RequestRow } from './network/request-row.tsx'

interface Props {
  readonly view: SessionView
  /** Resolves to whether it worked. */
  onAdd(text: string): Promise<boolean>
}

/** The body of the network dialog, loaded when it is first opened: requests as they are made, newest first. */
export default function NetworkPanel({ view: { session, seq, box }, onAdd }: Props) {
  const feed = useRequestFeed(session, seq)
  const { log, from, isReading, error } = useStore(feed)
  const [part, setPart] = useState<Part>('requests')
  const [filter, setFilter] = useState<RequestFilter>({ host: '', verdict: 'all' })
  const [allowing, setAllowing] = useState<SeenRequest>()
  const requests = useMemo(() => filterRequests(log.requests, filter), [log, filter])
  const hosts = useMemo(() => filterHosts(log.hosts, filter), [log, filter])
  const onAllow = useCallback((request: SeenRequest) => setAllowing(request), [])
  const isEmpty = (part === 'requests' ? requests : hosts).length === 0
  return (
    <div className="flex h-full min-h-0 flex-col">
      <FilterBar part={part} filter={filter} onPart={setPart} onFilter={setFilter} />
      {error !== undefined && <p role="alert" className="bg-red-soft px-4 py-1.5 text-sm text-red">{error.message}</p>}
      <div tabIndex={0} role="group" aria-label={part === 'requests' ? 'Requests, newest first' : 'Requests by host'} aria-busy={isReading} className="min-h-0 flex-1 overflow-y-auto">
        {isEmpty && (isReading ? <Skeleton /> : <Empty isFiltered={log.hosts.size > 0} box={box} />)}
        {!isEmpty && part === 'requests' && <ul className="divide-y divide-line">{requests.map((request) => <RequestRow key={request.key} session={session} request={request} onAllow={onAllow} />)}</ul>}
        {!isEmpty && part === 'hosts' && <HostList hosts={hosts} />}
      </div>
      <div className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-4 py-2 text-xs text-ink-3">
        <p role="status" className="min-w-0 flex-1">
          {part === 'requests' ? `${requests.length} of ${log.requests.length} requests.` : `${hosts.length} of ${log.hosts.size} hosts, ${sumOf(log.hosts)}.`}
          {part === 'requests' && log.isCut && ` Only the newest ${maxRequests} are shown; the session’s export has all.`}
          {part === 'requests' && ' What the gateway decides alone is shown once for each host, and summed up by host.'}
        </p>
        {from > 0 && <Button small disabled={isReading} onClick={() => feed.lookBack()}>Look further back</Button>}
      </div>
      <AllowAlways session={session} request={allowing} onClose={() => setAllowing(undefined)} onAdd={onAdd} />
    </div>
  )
}

function sumOf(hosts: ReadonlyMap<string, { readonly allowed: number; readonly denied: number }>): string {
  const [allowed, denied] = [...hosts.values()].reduce<readonly [number, number]>(([yes, no], host) => [yes + host.allowed, no + host.denied], [0, 0])
  return `${count(allowed)} allowed and ${count(denied)} denied`
}

function Empty({ isFiltered, box }: { readonly isFiltered: boolean; readonly box: SessionView['box'] }) {
  const text = isFiltered ? 'None of the requests fits the filter.'
    : box?.profile === 'off' ? 'Nobody sees what this session sends out: without a sandbox its programs use the machine’s own network.'
      : 'Nothing was sent out yet. Every request of a program in the sandbox is shown here when it is made.'
  return <p className="px-4 py-8 text-center text-sm text-ink-2">{text}</p>
}

const Skeleton = () => <div className="space-y-2 p-4">{[0, 1, 2].map((key) => <div key={key} className="skeleton h-9" />)}</div>
