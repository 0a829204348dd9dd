export type Json = string | number | boolean | null | Json[] | { [name: string]: Json }

/** A value as JSON says it: unset members fall away, nothing is shared with the value. @throws {TypeError} on what JSON cannot say */
export function plainJson(value: object): { [name: string]: Json } {
  // Proof: made by JSON.stringify of an object.
  return JSON.parse(JSON.stringify(value)) as { [name: string]: Json }
}
