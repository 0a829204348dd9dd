/** `now`, `5m`, `3h`, `2d`, then the date. Both in epoch ms. */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, (now - at) / 1_000)
  if (seconds < 60) return 'now'
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h`
  if (seconds < 7 * 86_400) return `${Math.floor(seconds / 86_400)}d`
  return new Date(at).toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
}

/** `0.4s`, `12s`, `3m 20s`, `1h 4m`. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1_000).toFixed(1)}s`
  const seconds = Math.round(ms / 1_000)
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`
  return `${Math.floor(seconds / 3_600)}h ${Math.floor((seconds % 3_600) / 60)}m`
}

/** Dollars of integer micro-dollars: `$0.0042`, `$1.27`. */
export function dollars(microUsd: number): string {
  const value = microUsd / 1e6
  return `$${value.toFixed(value !== 0 && value < 0.1 ? 4 : 2)}`
}

/** `980`, `12.4k`, `3.1M`. */
export function count(value: number): string {
  if (value < 1_000) return String(value)
  if (value < 1e6) return `${(value / 1_000).toFixed(value < 10_000 ? 1 : 0)}k`
  return `${(value / 1e6).toFixed(1)}M`
}

export function bytes(size: number): string {
  return size < 1_024 ? `${size} B` : size < 1_048_576 ? `${(size / 1_024).toFixed(1)} KB` : `${(size / 1_048_576).toFixed(1)} MB`
}
