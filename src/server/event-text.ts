import type { Envelope } from '../spec/events/envelope.ts'

const texts = new WeakMap<Envelope, string>()

/** An event as JSON text, made once however many subscribers it goes to. Kept only as long as the event is. */
export function eventText(event: Envelope): string {
  const known = texts.get(event)
  if (known !== undefined) return known
  const text = JSON.stringify(event)
  texts.set(event, text)
  return text
}
