const truths: Readonly<Record<string, string>> = { yes: 'true', y: 'true', on: 'true', true: 'true', no: 'false', n: 'false', off: 'false', false: 'false' }

/** What YAML 1.1 would have read as true or false and YAML 1.2 reads as text; undefined for any other word. */
export function truthOf(word: string): string | undefined {
  const key = word.toLowerCase()
  return Object.hasOwn(truths, key) ? truths[key] : undefined
}
