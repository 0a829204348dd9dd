import type { Action } from '../../spec/actions.ts'
import { type Arg, textsOf } from './arg.ts'
import { limits } from './reading.ts'
import type { Walk } from './walk-state.ts'

type Exec = Action & { readonly kind: 'exec' }

/** Adds an action; beyond the cap the reading only says that there is more. */
export function emit({ reading }: Walk, action: Action): void {
  if (reading.actions.length < limits.actions) reading.actions.push(action)
  else reading.exceeded ??= `more than ${limits.actions} actions`
}

export function emitOpaque(walk: Walk, command: string, ...reasons: readonly string[]): void {
  emit(walk, execOf(walk, command, undefined, reasons))
}

export function execOf({ scope }: Walk, command: string, words: readonly Arg[] | undefined, reasons: readonly string[]): Exec {
  const argv = words && textsOf(words)
  const prefix = argv === undefined ? leading(words ?? []) : []
  return {
    kind: 'exec', command, outbound: 'unknown',
    ...(argv === undefined ? {} : { argv: [...argv] }),
    ...(prefix.length === 0 ? {} : { prefix }),
    ...(scope.cwd === undefined ? {} : { cwd: scope.cwd }),
    ...(reasons.length === 0 ? {} : { opaque: [...new Set(reasons)] }),
  }
}

/** The words before the first that is only known at run time. */
function leading(words: readonly Arg[]): string[] {
  const end = words.findIndex(({ text }) => text === undefined)
  return words.slice(0, end === -1 ? words.length : end).map(({ prefix }) => prefix)
}
