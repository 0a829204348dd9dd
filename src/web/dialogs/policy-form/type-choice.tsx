import { Bot, Clock, Cpu, FileText, Gauge, GitBranch, Globe, KeyRound, ListOrdered, type LucideIcon, Package, Repeat, Terminal, Wallet, Wrench } from 'lucide-react'
import { type RefObject, useState } from 'react'
import { type PolicyType, policyTypes } from '../../../spec/policy/subjects.ts'
import { Button } from '../../ui/button.tsx'
import { typeTable } from './type-table.ts'

const icons: Readonly<Record<PolicyType, LucideIcon>> = {
  cost: Wallet, exec: Terminal, git: GitBranch, package: Package, file: FileText, network: Globe, secret: KeyRound, tool: Wrench, model: Cpu, spawn: Bot, rate: Gauge, loop: Repeat, time: Clock, require: ListOrdered,
}
/** What people ask for most stands first. */
const order: readonly PolicyType[] = ['cost', 'exec', 'git', 'package', 'file', 'network', 'secret', 'tool', 'model', 'spawn', 'rate', 'loop', 'time', 'require']
const shown = [...order, ...policyTypes.filter((type) => !order.includes(type))]

interface Props {
  readonly value: PolicyType | undefined
  readonly focus: RefObject<HTMLInputElement | null>
  onChange(type: PolicyType): void
}

/** What to control, in a word; on a phone it folds away once it is chosen. */
export function TypeChoice({ value, focus, onChange }: Props) {
  const [isReopened, setReopened] = useState(false)
  const Icon = value === undefined ? undefined : icons[value]
  const folded = value !== undefined && !isReopened
  return (
    <>
      {folded && Icon !== undefined && (
        <div className="flex items-center gap-2.5 rounded-lg border border-accent bg-accent-soft px-3 py-2 wide:hidden">
          <Icon size={16} aria-hidden className="shrink-0 text-accent" />
          <span className="min-w-0 flex-1 text-sm font-medium">{typeTable[value].title}<span className="block text-xs font-normal text-ink-2">{typeTable[value].about}</span></span>
          <Button small onClick={() => setReopened(true)}>Change</Button>
        </div>
      )}
      <fieldset className={`min-w-0 ${folded ? 'hidden wide:block' : ''}`}>
        <legend className="mb-1.5 text-xs font-semibold text-ink-3 wide:px-2.5">What to control</legend>
        <div className="grid grid-cols-2 gap-1 wide:grid-cols-1 wide:gap-0.5">
          {shown.map((type, index) => <Choice key={type} type={type} checked={type === value} {...(value === undefined ? index === 0 : type === value) ? { focus } : {}} onChange={onChange} onPick={(byPointer) => setReopened(!byPointer)} />)}
        </div>
      </fieldset>
    </>
  )
}

function Choice({ type, checked, focus, onChange, onPick }: { readonly type: PolicyType; readonly checked: boolean; readonly focus?: Props['focus']; onChange(type: PolicyType): void; onPick(byPointer: boolean): void }) {
  const Icon = icons[type]
  const { title, about } = typeTable[type]
  return (
    <label title={about} className={`flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent wide:h-8 ${checked ? 'bg-selected font-medium text-ink' : 'text-ink-2 hover:bg-hover hover:text-ink'}`}>
      <input
        {...(focus === undefined ? {} : { ref: focus })} type="radio" name="policy-type" className="sr-only" checked={checked} onChange={() => onChange(type)}
        // A click with the mouse or a finger ends the choice; arrow keys only pass by.
        onClick={(event) => onPick(event.detail > 0)}
      />
      <Icon size={15} aria-hidden className={`shrink-0 ${checked ? 'text-accent' : 'text-ink-3'}`} />
      {title}
    </label>
  )
}
