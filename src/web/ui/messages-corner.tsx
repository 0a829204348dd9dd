import { X } from 'lucide-react'
import { useData } from '../data/data-context.ts'
import { useStore } from '../data/use-store.ts'
import { IconButton } from './button.tsx'

/** Short messages, read out by screen readers when they come. */
export function MessagesCorner() {
  const { messages } = useData()
  const shown = useStore(messages)
  return (
    <div role="status" aria-label="Messages" className="pointer-events-none fixed inset-x-3 bottom-3 z-60 flex flex-col items-end gap-2 wide:left-auto wide:w-96">
      {shown.map((message) => (
        <div key={message.id} className={`pointer-events-auto flex w-full items-start gap-2 rounded-lg border bg-raised py-1.5 pr-1.5 pl-3 text-sm shadow-lg ${message.tone === 'error' ? 'border-red' : 'border-line-strong'}`}>
          <p className={`min-w-0 flex-1 py-1 ${message.tone === 'error' ? 'text-red' : ''}`}>{message.text}</p>
          <IconButton label="Dismiss" onClick={() => messages.dismiss(message.id)}><X size={14} aria-hidden /></IconButton>
        </div>
      ))}
    </div>
  )
}
