import { AppError } from '../spec/app-error.ts'

const hourMs = 3_600_000

/**
 * The start of a time span in epoch ms: `7d` is today and the six days before it, `12h` the last twelve hours,
 * `2026-11-01` from the start of that day; days are those of this machine's time zone.
 * @throws {AppError} 'invalid' for anything else, and for a day that does not exist
 */
export function readSince(text: string, now: number): number {
  const [, amount, unit] = /^(\d{1,5})([dh])$/.exec(text) ?? []
  if (unit === 'h') return now - Number(amount) * hourMs
  if (unit === 'd' && Number(amount) > 0) return startOfDay(now, Number(amount) - 1)
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []
  const date = new Date(Number(year), Number(month) - 1, Number(day))
  if (day !== undefined && date.getMonth() === Number(month) - 1 && date.getDate() === Number(day)) return date.getTime()
  throw new AppError('invalid', `--since ${text} is no time span. Write days (7d), hours (12h) or a day (2026-11-01).`)
}

function startOfDay(now: number, daysBefore: number): number {
  const date = new Date(now)
  date.setHours(0, 0, 0, 0)
  date.setDate(date.getDate() - daysBefore)
  return date.getTime()
}
