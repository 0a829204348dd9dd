/** Blobs that an event's data names, from its canonical text: a quote inside a string is escaped, so this finds members only. */
export function namedBlobs(canonicalData: string): string[] {
  return [...canonicalData.matchAll(/"blob":"([0-9a-f]{64})"/g)].map((match) => match[1] ?? '')
}
