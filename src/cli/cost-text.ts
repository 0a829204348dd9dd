import { printable } from '../base/printable.ts'
import type { UsageGroup, UsageReport, UsageSums } from '../spec/api/usage.ts'

/** One line of sums: `Today   $1.27   12 calls   34.1k in, 2.0k out`. */
export function sumsText(name: string, sums: UsageSums, width: number): string {
  const { calls, microUsd, planMicroUsd, unpriced, input, output, cacheRead, cacheWrite } = sums
  const plan = planMicroUsd === 0 ? [] : [`${dollars(planMicroUsd)} more if no subscription had covered it`]
  const cells = [callsText(calls).padEnd(10), `${count(input + cacheRead + cacheWrite)} in, ${count(output)} out`, ...plan]
  const money = microUsd === 0 && planMicroUsd === 0 && unpriced > 0 ? 'not known' : dollars(microUsd) + (unpriced > 0 ? ' +' : '')
  return `${cut(name, width).padEnd(width)}  ${money.padStart(10)}  ${cells.join('  ')}\n`
}

/** A line a group. */
export function groupsText({ groups, leftOut }: Pick<UsageReport, 'groups' | 'leftOut'>): string {
  const names = groups.map(nameOf)
  const width = Math.min(60, Math.max(12, ...names.map((name) => name.length)))
  const lines = groups.map((group, index) => `  ${sumsText(names[index] ?? '', group, width)}`)
  return lines.join('') + (leftOut > 0 ? `  … and ${leftOut} more\n` : '')
}

/** Which models have no known price, and what to do. @param file the server's configuration */
export function unpricedText(byModel: UsageReport, file: string): string {
  if (byModel.total.unpriced === 0) return ''
  const lines = byModel.groups.filter(({ unpriced }) => unpriced > 0).map(({ key, unpriced }) => key === ''
    ? `${callsText(unpriced)} named no model, so ${unpriced === 1 ? 'its' : 'their'} price is not known.\n`
    : `${callsText(unpriced)} of model ${printable(key)} ${unpriced === 1 ? 'has' : 'have'} no known price: add it under prices: in ${file}\n`)
  return `${lines.join('')}What has no known price is in no sum.\n`
}

/** Dollars of integer micro-dollars: `$0.0042`, `$1.27`; what is there is never shown as nothing. */
export function dollars(microUsd: number): string {
  if (microUsd > 0 && microUsd < 50) return '<$0.0001'
  const value = microUsd / 1e6
  return `$${value.toFixed(value !== 0 && value < 0.1 ? 4 : 2)}`
}

function nameOf({ key, title = '' }: UsageGroup): string {
  const name = key === '' ? '(not known)' : title === '' ? key : `${key}  ${title}`
  return printable(name).replaceAll(/\s*\n\s*/g, ' ')
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}

function callsText(calls: number): string {
  return calls === 1 ? '1 call' : `${calls} calls`
}

/** `980`, `12.4k`, `3.1M`. */
function count(value: number): string {
  if (value < 1_000) return String(value)
  return value < 1e6 ? `${(value / 1_000).toFixed(1)}k` : `${(value / 1e6).toFixed(1)}M`
}
