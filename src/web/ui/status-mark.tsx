import type { StatusWord } from './status-word.ts'

const text: Readonly<Record<StatusWord['tone'], string>> = { live: 'text-accent', ask: 'text-amber', bad: 'text-red', good: 'text-green', rest: 'text-ink-3' }
const fill: Readonly<Record<StatusWord['tone'], string>> = {
  live: 'bg-accent dot-live', ask: 'bg-amber', bad: 'bg-red', good: 'bg-green', rest: 'border border-line-strong',
}

/** A dot and a word: colour is never the only sign. */
export function StatusMark({ status, className = '' }: { readonly status: StatusWord; readonly className?: string }) {
  return (
    <span className={`inline-flex shrink-0 items-center gap-1.5 text-xs font-medium whitespace-nowrap ${text[status.tone]} ${className}`}>
      <span aria-hidden className={`size-2 shrink-0 rounded-full ${fill[status.tone]}`} />
      {status.word}
    </span>
  )
}
