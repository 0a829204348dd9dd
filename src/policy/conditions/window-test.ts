import { daysOf, type Window } from '../../spec/policy/condition.ts'
import type { Facts } from '../facts.ts'

/** Whether the moment is in the window, in its own time zone. */
export function windowTest({ tz, days, from, to }: Window): (facts: Pick<Facts, 'now'>) => boolean {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: tz, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const wanted = daysOf(days)
  const [start, end] = [minutesOf(from), minutesOf(to)]
  return ({ now }) => {
    const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]))
    const today = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(parts.get('weekday') ?? '')
    const minute = minutesOf(`${parts.get('hour') ?? '00'}:${parts.get('minute') ?? '00'}`)
    if (start < end) return wanted.has(today) && minute >= start && minute < end
    // Over midnight: the morning belongs to the evening before.
    return (wanted.has(today) && minute >= start) || (wanted.has((today + 6) % 7) && minute < end)
  }
}

function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours * 60 + minutes
}
