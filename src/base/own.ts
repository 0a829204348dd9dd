/**
 * The member that a record itself has under a key from outside. `record[key]` would also find what every object
 * inherits: a key named `constructor` must be as unknown as any other.
 */
export function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
