interface Props {
  /** What is switched: `no-force in force`. */
  readonly label: string
  readonly on: boolean
  readonly disabled?: boolean
  onChange(on: boolean): void
}

/** On or off, at once. */
export function Switch({ label, on, disabled = false, onChange }: Props) {
  return (
    <button
      type="button" role="switch" aria-checked={on} aria-label={label} title={on ? 'Switch off' : 'Switch on'} disabled={disabled} onClick={() => onChange(!on)}
      className={`relative inline-flex h-5 w-9 shrink-0 items-center rounded-full border transition-colors disabled:opacity-60 ${on ? 'border-accent bg-accent' : 'border-line-strong bg-bg'}`}
    >
      <span aria-hidden className={`size-3.5 rounded-full transition-transform ${on ? 'translate-x-[1.1rem] bg-accent-ink' : 'translate-x-[0.15rem] bg-line-strong'}`} />
    </button>
  )
}
