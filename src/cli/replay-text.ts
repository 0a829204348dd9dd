import { visibleText } from '../spec/trust/visible-text.ts'

interface Difference {
  readonly session: string
  readonly call: string
  readonly seq: number
  readonly at: number
  readonly title: string
  readonly before: string
  readonly after: string
  readonly rules: readonly { readonly rule: string; readonly message?: string }[]
}

/** What a replay prints. */
export interface Replayed {
  readonly events: number
  readonly calls: number
  readonly drifted: number
  readonly differences: Readonly<Record<'blocked' | 'asked' | 'letThrough' | 'warned', { readonly count: number; readonly first: readonly Difference[] }>>
}

const heads = { blocked: 'Would be blocked', asked: 'Would be asked about', letThrough: 'Would be let through', warned: 'Would be let through with another warning' } as const

/** Counts, and the first calls of each kind. */
export function replayText({ events, calls, drifted, differences }: Replayed): string {
  const kinds = (['blocked', 'asked', 'letThrough', 'warned'] as const).filter((kind) => differences[kind].count > 0)
  return [
    `${events} events, ${calls} calls decided again${kinds.length === 0 ? ': nothing would be different.' : '.'}`,
    ...kinds.flatMap((kind) => {
      const { count, first } = differences[kind]
      return ['', `${heads[kind]}: ${count}`, ...first.map(rowText), ...(count > first.length ? [`  … and ${count - first.length} more`] : [])]
    }),
    ...(drifted === 0 ? [] : ['', `${drifted} calls come out otherwise than they were recorded, also without the change: another version of omni decided them.`]),
  ].join('\n') + '\n'
}

function rowText({ session, call, seq, at, title, before, after, rules }: Difference): string {
  const why = rules.map(({ rule, message }) => `${rule}${message === undefined ? '' : `: ${message}`}`).join('; ')
  return `  ${before} → ${after}  ${visibleText(title || call, 80)}  (${visibleText(session, 60)} ${visibleText(call, 60)}, event ${seq}, ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')})${why === '' ? '' : `  ${visibleText(why, 200)}`}`
}
