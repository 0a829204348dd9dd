import type { SessionView } from '../../spec/view/session-view.ts'
import { PlainText } from '../ui/plain-text.tsx'

type Command = SessionView['offers']['commands'][number]

const maxShown = 8

/** The slash commands that fit what is being written: only while it is one word after a slash. */
export function fittingCommands(text: string, commands: readonly Command[]): readonly Command[] {
  const word = /^\/(\S*)$/.exec(text)?.[1]?.toLowerCase()
  if (word === undefined) return []
  const starting = commands.filter(({ id }) => id.toLowerCase().startsWith(word))
  const holding = commands.filter((command) => !starting.includes(command) && command.id.toLowerCase().includes(word))
  return [...starting, ...holding].slice(0, maxShown)
}

interface Props {
  readonly id: string
  readonly commands: readonly Command[]
  readonly active: number
  onPick(command: Command): void
}

/** A listbox above the prompt; the keys stay in the prompt. */
export function CommandList({ id, commands, active, onPick }: Props) {
  return (
    <ul id={id} role="listbox" aria-label="Commands" className="absolute inset-x-0 bottom-full z-20 mb-1 max-h-72 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-xl">
      {commands.map((command, index) => (
        <li
          key={command.id} id={`${id}-${index}`} role="option" aria-selected={index === active}
          // The prompt keeps the focus.
          onMouseDown={(event) => event.preventDefault()} onClick={() => onPick(command)}
          className={`flex cursor-pointer items-baseline gap-3 rounded-md px-2 py-1 text-sm ${index === active ? 'bg-hover' : ''}`}
        >
          <PlainText text={`/${command.id}`} className="shrink-0 font-mono text-xs" />
          <PlainText text={command.title} className="line-clamp-1 min-w-0 text-xs text-ink-3" />
        </li>
      ))}
    </ul>
  )
}
