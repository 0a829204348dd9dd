import { Popover } from '@base-ui/react/popover'
import { ShieldAlert, ShieldCheck } from 'lucide-react'
import { boxWords } from '../../spec/view/box-words.ts'
import type { SessionView } from '../../spec/view/session-view.ts'
import { PlainText } from '../ui/plain-text.tsx'
import { BoxNotes } from './box-notes.tsx'

/** What confines the agent, always in sight: red where nothing does. What its machine attested is behind it. */
export function SandboxBadge({ box }: { readonly box: NonNullable<SessionView['box']> }) {
  const Icon = box.advisory ? ShieldAlert : ShieldCheck
  const [kind = '', ...rest] = boxWords(box).split(' ')
  return (
    <Popover.Root>
      <Popover.Trigger className={`inline-flex h-6 shrink-0 items-center gap-1.5 rounded-md border px-1.5 text-xs font-medium whitespace-nowrap ${box.advisory ? 'border-red bg-red-soft text-red' : 'border-line text-ink-2 hover:bg-hover hover:text-ink'}`}>
        <Icon size={13} aria-hidden className="shrink-0" />
        <span><span className="sr-only wide:not-sr-only">{kind} </span><PlainText text={rest.join(' ')} /></span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner align="start" sideOffset={6} collisionPadding={8} className="z-50">
          <Popover.Popup className="popup w-80 max-w-[calc(100vw-1rem)] space-y-2 rounded-lg border border-line bg-raised p-3 shadow-xl outline-none">
            <Popover.Title className={`text-sm font-semibold ${box.advisory ? 'text-red' : ''}`}><PlainText text={boxWords(box)} /></Popover.Title>
            <BoxNotes box={box} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
