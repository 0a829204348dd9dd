/**
 * JSON Canonicalization Scheme (RFC 8785): members sorted by UTF-16 code units, no white space, ECMAScript numbers.
 * Equal values give equal text, so text can be hashed. `undefined` members are left out, as in JSON.stringify.
 * @throws {TypeError} on what JSON cannot say: NaN, infinities, functions, cycles (by stack), lone surrogates.
 * @see RFC 8785 §3.2
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('canonical JSON has no NaN and no infinity')
    return JSON.stringify(value)
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('canonical JSON has no lone surrogates')
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map((entry) => canonicalJson(entry ?? null)).join(',')}]`
  if (typeof value !== 'object') throw new TypeError(`canonical JSON has no ${typeof value}`)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  // Array.prototype.sort compares strings by UTF-16 code units, as the RFC asks.
  members.sort(([left], [right]) => (left < right ? -1 : 1))
  return `{${members.map(([name, member]) => `${canonicalJson(name)}:${canonicalJson(member)}`).join(',')}}`
}
