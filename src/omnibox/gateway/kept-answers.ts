import type { NetVerdict } from '../../spec/net/net-request.ts'

/** Answers that came when nobody waited any more: each serves one request of its key, for `keepMs` milliseconds. */
export interface KeptAnswers {
  keep(key: string, verdict: NetVerdict): void
  /** The oldest of this key, which is then gone. */
  take(key: string): NetVerdict | undefined
  clear(): void
}

export function createKeptAnswers({ keepMs, now }: { readonly keepMs: number; now(): number }): KeptAnswers {
  const kept = new Map<string, { readonly verdict: NetVerdict; readonly until: number }[]>()
  const forgetOld = (): void => {
    for (const [key, list] of kept) {
      const left = list.filter(({ until }) => until > now())
      if (left.length === 0) kept.delete(key)
      else kept.set(key, left)
    }
  }
  return {
    keep: (key, verdict) => void kept.set(key, [...(kept.get(key) ?? []), { verdict, until: now() + keepMs }]),
    take(key) {
      forgetOld()
      const [first, ...rest] = kept.get(key) ?? []
      if (rest.length === 0) kept.delete(key)
      else kept.set(key, rest)
      return first?.verdict
    },
    clear: () => kept.clear(),
  }
}
