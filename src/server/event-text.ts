import type { Envelope } from '../spec/events/envelope.ts'
import type { Delta } from '../spec/view/transcript-item.ts'

const texts = new WeakMap<Envelope | Delta, string>()

/** An event or delta as JSON text, made once however many subscribers it goes to. Kept only as long as the object is. */
export function eventText(event: Envelope | Delta): string {
  const known = texts.get(event)
  if (known !== undefined) return known
  const text = JSON.stringify(event)
  texts.set(event, text)
  return text
}
