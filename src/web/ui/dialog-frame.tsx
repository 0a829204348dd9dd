import { Dialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode, RefObject } from 'react'
import { IconButton } from './button.tsx'

interface Props {
  readonly open: boolean
  onClose(): void
  readonly title: string
  readonly description?: string
  readonly wide?: boolean
  /** A workbench: of one height whatever is in it, and its body scrolls its own parts. */
  readonly tall?: boolean
  readonly initialFocus?: RefObject<HTMLElement | null>
  readonly children: ReactNode
}

/** The one shape of a dialog: title, close button, body that scrolls; a sheet from below on a phone. */
export function DialogFrame({ open, onClose, title, description, wide = false, tall = false, initialFocus, children }: Props) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => next || onClose()}>
      <Dialog.Portal>
        {/* Also for a question on top of a dialog. */}
        <Dialog.Backdrop forceRender className="backdrop fixed inset-0 z-40 bg-[#0008]" />
        <Dialog.Popup
          {...(initialFocus === undefined ? {} : { initialFocus })}
          className={`popup fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col rounded-t-xl border border-line bg-raised shadow-2xl outline-none wide:inset-x-auto wide:top-[10dvh] wide:bottom-auto wide:left-1/2 wide:max-h-[80dvh] wide:-translate-x-1/2 wide:rounded-xl ${tall ? 'h-[92dvh] wide:h-[80dvh] wide:w-[min(62rem,94vw)]' : wide ? 'wide:w-[40rem]' : 'wide:w-[28rem]'}`}
        >
          <div className="flex items-start gap-3 border-b border-line px-4 py-3">
            <div className="min-w-0 flex-1">
              <Dialog.Title className="text-base font-semibold">{title}</Dialog.Title>
              {description !== undefined && <Dialog.Description className="text-sm text-ink-2">{description}</Dialog.Description>}
            </div>
            <Dialog.Close render={<IconButton label="Close" className="-my-1 -mr-2" />}><X size={16} aria-hidden /></Dialog.Close>
          </div>
          <div className={`min-h-0 flex-1 ${tall ? '' : 'scroll-pb-16 overflow-y-auto p-4'}`}>{children}</div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** The answers to a dialog, last in its body: in sight however long the body is. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className="sticky -bottom-4 -mx-4 -mb-4 flex flex-wrap justify-end gap-2 border-t border-line bg-raised px-4 py-3 wide:rounded-b-xl">{children}</div>
}
