import { DialogFrame } from '../ui/dialog-frame.tsx'

const groups: readonly { readonly title: string; readonly keys: readonly (readonly [string, string])[] }[] = [
  { title: 'Anywhere', keys: [['n', 'New session'], ['/', 'Search'], ['j', 'Next session'], ['k', 'Previous session'], ['?', 'These keys']] },
  { title: 'In a session', keys: [['i', 'To the prompt'], ['a', 'To what needs you; Tab to Deny and Allow'], ['.', 'Summary, where it is not in sight']] },
  { title: 'While writing', keys: [['Enter', 'Send, or queue while a turn runs'], ['Shift Enter', 'New line'], ['Ctrl Enter', 'Steer the running turn'], ['Esc', 'Stop the running turn']] },
  { title: 'In the queue', keys: [['Alt ↑', 'Move the prompt in focus up'], ['Alt ↓', 'Move it down']] },
]

export function ShortcutsSheet({ open, onClose }: { readonly open: boolean; onClose(): void }) {
  return (
    <DialogFrame open={open} onClose={onClose} title="Keyboard shortcuts" description="Single keys work while nothing is being typed.">
      <div className="space-y-4">
        {groups.map((group) => (
          <section key={group.title}>
            <h3 className="mb-1 text-xs font-semibold text-ink-3">{group.title}</h3>
            <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-y-1 text-sm">
              {group.keys.map(([key, text]) => (
                <div key={key} className="contents">
                  <dt className="flex gap-1">{key.split(' ').map((part) => <kbd key={part} className="rounded border border-line-strong bg-code px-1.5 font-mono text-xs leading-5">{part}</kbd>)}</dt>
                  <dd>{text}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </DialogFrame>
  )
}
