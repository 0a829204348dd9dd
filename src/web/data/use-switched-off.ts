import { useState } from 'react'

/** A policy that a person took out of force and may want back. */
export interface SwitchedOff {
  readonly name: string
  /** What it does, in one line. */
  readonly does: string
  /** The policy, as a policy file. */
  readonly text: string
}

const keyOf = (session: string) => `omnigent.off.${session}`

/**
 * The session's policies that were switched off in this browser. For the server they are gone: what is not in force is in no
 * list of it, so the text is kept here.
 */
export function useSwitchedOff(session: string): { readonly off: readonly SwitchedOff[]; keep(policy: SwitchedOff): void; forget(name: string): void } {
  const [off, setOff] = useState(() => read(session))
  const change = (next: readonly SwitchedOff[]) => {
    if (next.length === 0) localStorage.removeItem(keyOf(session))
    else localStorage.setItem(keyOf(session), JSON.stringify(next))
    setOff(next)
  }
  return {
    off,
    // Read again: another tab may have switched one off, too.
    keep: (policy) => change([...read(session).filter(({ name }) => name !== policy.name), policy]),
    forget: (name) => change(read(session).filter((each) => each.name !== name)),
  }
}

function read(session: string): readonly SwitchedOff[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(session)) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isSwitchedOff) : []
  } catch {
    // Not ours, or half written: nothing is known to be off.
    return []
  }
}

function isSwitchedOff(value: unknown): value is SwitchedOff {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string' && 'does' in value && typeof value.does === 'string' && 'text' in value && typeof value.text === 'string'
}
