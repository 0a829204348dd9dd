const leastShared = 6
const hidden = '[key]'

/** Takes a key out of a text, whole, in another notation, or in parts: services quote the ends of what they were given. */
export function scrubKey(text: string, key: string): string {
  if (key.length < leastShared) return key === '' ? text : text.replaceAll(key, hidden)
  const whole = [key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1)].reduce((left, form) => left.replaceAll(form, hidden), text)
  const quoted = new Set<string>()
  for (let from = 0; from + leastShared <= key.length; from += 1) quoted.add(key.slice(from, from + leastShared))
  return whole.split(/([\s"'`<>,;()]+)/).map((word) => (isQuote(word, quoted) ? hidden : word)).join('')
}

/** A word with a piece of the key in it, or masked with stars. */
function isQuote(word: string, pieces: ReadonlySet<string>): boolean {
  if (/\*{3,}/.test(word)) return true
  for (let from = 0; from + leastShared <= word.length; from += 1) if (pieces.has(word.slice(from, from + leastShared))) return true
  return false
}
