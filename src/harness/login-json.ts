import type { JsonRecord } from './json-program.ts'

/** A login's file that is a JSON object; undefined for any other. */
export function loginJson(text: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : undefined // Proof: tested.
  } catch {
    return undefined // Being written, or of another form.
  }
}

/** Far enough not to be renewed from inside, where nothing could renew it: epoch milliseconds. */
export const neverMs = 4_102_444_800_000
