/** 120 random bits as 20 characters of A-Z a-z 0-9 _ -: an id of a command. */
export function randomId(): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'
  // `randomUUID` is missing on pages that came over plain HTTP from another machine; this is not.
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(20))
  return Array.from(bytes, (byte) => alphabet[byte % 64]).join('')
}

/** A random number in [0, 1). */
export function randomFraction(): number {
  const [value = 0] = globalThis.crypto.getRandomValues(new Uint32Array(1))
  return value / 2 ** 32
}
