/**
 * Upcasters: one pure function per raised version, `type → from version → data of the next version`.
 * A change that an old reader would misread raises the type's version in `session-event.ts` and adds one entry here.
 */
const upcasters: Readonly<Record<string, Readonly<Record<number, (data: unknown) => unknown>>>> = {}

/** Brings `data` of `type` from version `v` to the current one. */
export function upcast(type: string, v: number, data: unknown): unknown {
  const steps = upcasters[type]
  if (steps === undefined) return data
  let current = data
  for (let version = v; steps[version] !== undefined; version += 1) current = steps[version]?.(current)
  return current
}
