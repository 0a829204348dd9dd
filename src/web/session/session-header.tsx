import { Menu } from '@base-ui/react/menu'
import { Archive, ArchiveRestore, ArrowLeft, Copy, Download, Ellipsis, GitFork, Globe, PanelRight, Pencil, Repeat2, Scale, Trash2 } from 'lucide-react'
import { type ComponentProps, type ReactNode, useContext, useState } from 'react'
import type { SessionView } from '../../spec/view/session-view.ts'
import { goTo } from '../data/location.ts'
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx'
import { PoliciesDialog } from '../dialogs/policies-dialog.tsx'
import { RenameDialog } from '../dialogs/rename-dialog.tsx'
import { SwitchDialog } from '../dialogs/switch-dialog.tsx'
import { IconButton } from '../ui/button.tsx'
import { PlainText } from '../ui/plain-text.tsx'
import { StatusMark } from '../ui/status-mark.tsx'
import type { StatusWord } from '../ui/status-word.ts'
import { ActionsContext } from './actions-context.ts'
import { SandboxBadge } from './sandbox-badge.tsx'

interface Props {
  /** Undefined while it loads. */
  readonly view: SessionView | undefined
  readonly status: StatusWord | undefined
  onDetails(): void
  onNetwork(): void
}

export function SessionHeader({ view, status, onDetails, onNetwork }: Props) {
  return (
    <header className="flex items-center gap-2 border-b border-line px-2 py-2 wide:px-4">
      <IconButton label="Back to the list" className="wide:hidden" onClick={() => goTo(undefined)}><ArrowLeft size={16} aria-hidden /></IconButton>
      {view === undefined || status === undefined ? <div className="skeleton h-4 w-48" /> : (
        <div className="min-w-0 flex-1">
          <h1 className="text-base font-semibold"><PlainText text={view.title} className="line-clamp-1" /></h1>
          <div className="flex items-center gap-2 text-xs text-ink-3">
            <StatusMark status={status} />
            {view.box !== undefined && <SandboxBadge box={view.box} />}
            <PlainText text={`${view.agent.name} · ${view.harness}${view.model === undefined ? '' : ` · ${view.model}`}${view.effort === undefined ? '' : ` · ${view.effort}`}${view.switching === undefined ? '' : ` → ${view.switching.harness}`}`} className="line-clamp-1 min-w-0" />
          </div>
        </div>
      )}
      {view !== undefined && (
        <>
          <IconButton label="Summary (.)" className="full:hidden" onClick={onDetails}><PanelRight size={16} aria-hidden /></IconButton>
          <SessionMenu view={view} onNetwork={onNetwork} />
        </>
      )}
    </header>
  )
}

function SessionMenu({ view, onNetwork }: { readonly view: SessionView; onNetwork(): void }) {
  const actions = useContext(ActionsContext)
  const [dialog, setDialog] = useState<'rename' | 'switch' | 'policies' | 'delete'>()
  const close = () => setDialog(undefined)
  return (
    <>
      <Menu.Root>
        <Menu.Trigger render={<IconButton label="Session menu" />}><Ellipsis size={16} aria-hidden /></Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner align="end" sideOffset={4} className="z-50">
            <Menu.Popup className="popup min-w-52 rounded-lg border border-line bg-raised p-1 text-sm shadow-xl outline-none">
              <Item icon={<Pencil size={14} aria-hidden />} onClick={() => setDialog('rename')}>Rename…</Item>
              <Item icon={<Repeat2 size={14} aria-hidden />} onClick={() => setDialog('switch')} disabled={view.archived}>Switch harness, model or effort…</Item>
              <Item icon={<Scale size={14} aria-hidden />} onClick={() => setDialog('policies')}>Policies…</Item>
              <Item icon={<Globe size={14} aria-hidden />} onClick={onNetwork}>Network…</Item>
              <Item icon={<GitFork size={14} aria-hidden />} onClick={() => void actions?.fork()} disabled={view.counts.turns === 0 || (view.counts.turns === 1 && view.turn !== undefined)}>Fork after the last turn</Item>
              <Item icon={<Copy size={14} aria-hidden />} onClick={() => void navigator.clipboard?.writeText(view.session)}>Copy the session’s id</Item>
              <Item icon={<Download size={14} aria-hidden />} onClick={() => download(actions?.exportUrl())}>Export as JSON lines</Item>
              <Menu.Separator className="my-1 h-px bg-line" />
              <Item icon={view.archived ? <ArchiveRestore size={14} aria-hidden /> : <Archive size={14} aria-hidden />} onClick={() => void actions?.archive(!view.archived)}>
                {view.archived ? 'Unarchive' : 'Archive'}
              </Item>
              <Item icon={<Trash2 size={14} aria-hidden />} onClick={() => setDialog('delete')} className="text-red">Delete…</Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <RenameDialog open={dialog === 'rename'} title={view.title} onClose={close} onRename={async (title) => (await actions?.rename(title)) === true} />
      <SwitchDialog open={dialog === 'switch'} view={view} onClose={close} onSwitch={async (choice) => (await actions?.switchTo(choice)) === true} />
      <PoliciesDialog
        open={dialog === 'policies'} session={view.session} onClose={close} onAdd={async (text) => (await actions?.addPolicies(text)) === true}
        onRemove={async (name) => (await actions?.removePolicy(name)) === true} onSwitch={async (name, on) => (await actions?.switchPolicy(name, on)) === true}
        onRevoke={async (grant) => (await actions?.revokeGrant(grant)) === true}
      />
      <ConfirmDialog
        open={dialog === 'delete'} onClose={close} title="Delete this session?" action="Delete"
        text="Its transcript and its log are removed for good. Files in the folder stay as they are; forks keep what they need." onConfirm={() => void actions?.remove()}
      />
    </>
  )
}

function Item({ icon, children, className = '', ...rest }: ComponentProps<typeof Menu.Item> & { readonly icon: ReactNode; readonly className?: string }) {
  return (
    <Menu.Item className={`flex h-8 cursor-pointer items-center gap-2.5 rounded-md px-2 outline-none data-disabled:pointer-events-none data-disabled:opacity-50 data-highlighted:bg-hover ${className}`} {...rest}>
      {icon}
      {children}
    </Menu.Item>
  )
}

function download(url: string | undefined): void {
  if (url === undefined) return
  const link = document.createElement('a')
  link.href = url
  link.download = `${url.split('/').at(-2) ?? 'session'}.jsonl`
  link.click()
}
