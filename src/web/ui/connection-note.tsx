import { CloudOff } from 'lucide-react'
import type { Connection } from '../../client/live-connection.ts'

const words: Readonly<Record<Connection, string | undefined>> = {
  live: undefined,
  // The first moments say nothing: skeletons do.
  connecting: undefined,
  reconnecting: 'Connection lost. Reconnecting; what you see may be old.',
  offline: 'The server does not answer. Still trying; nothing here is live.',
}

/** Says plainly when what is shown may not be so. */
export function ConnectionNote({ connection, className = '' }: { readonly connection: Connection; readonly className?: string }) {
  const text = words[connection]
  return (
    <div role="status" className={text === undefined ? 'sr-only' : `${className} flex items-center gap-2 rounded-md bg-amber-soft px-2.5 py-1.5 text-xs text-amber`}>
      {text !== undefined && <CloudOff size={14} aria-hidden className="shrink-0" />}
      {text}
    </div>
  )
}
