import { useEffect, useMemo } from 'react'
import { browserClock } from './browser-clock.ts'
import { useData } from './data-context.ts'
import { holdOpen } from './hold-open.ts'
import { RequestFeed } from './request-feed.ts'

/** The requests of a session, followed as long as something draws them. @param seq the last event of its log that is known */
export function useRequestFeed(session: string, seq: number): RequestFeed {
  const { client } = useData()
  // `seq` says where it begins; what comes later is followed.
  const holder = useMemo(() => holdOpen(() => new RequestFeed({ session, seq, clock: browserClock, readPage: (query) => client.events(session, query) })), [client, session])
  useEffect(() => holder.hold(), [holder])
  useEffect(() => holder.live.follow(seq), [holder, seq])
  return holder.live
}
