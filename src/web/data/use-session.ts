import { useEffect, useMemo } from 'react'
import type { LiveSession } from '../../client/live-session.ts'
import { useData } from './data-context.ts'
import { holdOpen } from './hold-open.ts'

/** The live session, open as long as something draws it. */
export function useSession(session: string): LiveSession {
  const { client } = useData()
  const holder = useMemo(() => holdOpen(() => client.openSession(session)), [client, session])
  useEffect(() => holder.hold(), [holder])
  return holder.live
}
