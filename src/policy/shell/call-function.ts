import type { Arg } from './arg.ts'
import type { Input } from './call.ts'
import { limits } from './reading.ts'
import { copyScope, joinScopes, type KnownFunction } from './scope.ts'
import type { Walk } from './walk-state.ts'

export interface FunctionCall {
  readonly name: string
  readonly known: KnownFunction
  readonly args: readonly Arg[]
  readonly input: Input
  readonly assigned: ReadonlyMap<string, string | undefined>
}

/** Reads a function's body with the arguments of one call; changes `walk.scope`. Returns reasons for doubt. */
export function callFunction(walk: Walk, { name, known, args, input, assigned }: FunctionCall): readonly string[] {
  const key = `${name} ${args.map(({ text, source }) => text ?? `\0${source}`).join('\0')}`
  walk.reading.uncalled.delete(known.body)
  if (walk.calls.some((call) => call.key === key && call.body === known.body)) {
    // The same call again tells nothing new of what runs, only that variables may have changed.
    walk.scope.variables.clear()
    return []
  }
  if (walk.calls.length > limits.depth) return [`functions call each other more than ${limits.depth} deep`]
  const { scope } = walk
  const [positional, variables] = [scope.positional, new Map(scope.variables)]
  for (const [variable, value] of assigned) {
    if (value === undefined) scope.variables.delete(variable)
    else scope.variables.set(variable, value)
  }
  scope.positional = args.some(({ many }) => many) ? undefined : args
  const inner: Walk = { ...walk, source: known.source, scope, calls: [...walk.calls, { key, body: known.body }], jumps: [], returns: [], locals: new Set(), doubts: [], input }
  walk.reader.body(inner, known.body)
  // A `break` with no loop around it in here leaves the caller's loop in some shells, and does nothing in others.
  walk.jumps.push(...inner.jumps)
  walk.scope = [...inner.returns, ...inner.jumps.map((jump) => jump.scope), inner.scope].map(copyScope).reduce(joinScopes)
  for (const local of [...inner.locals, ...assigned.keys()]) {
    const before = variables.get(local)
    if (before === undefined) walk.scope.variables.delete(local)
    else walk.scope.variables.set(local, before)
  }
  walk.scope.positional = positional
  return []
}

/** Reads a function that nothing called by name: a trap, a child shell or a dynamic name may still call it. */
export function readUncalled(walk: Walk, known: KnownFunction): void {
  const scope = copyScope(walk.scope)
  scope.variables.clear()
  Object.assign(scope, { positional: undefined, dead: false })
  walk.reader.body({ ...walk, scope, source: known.source, jumps: [], returns: [], locals: new Set(), doubts: [], input: 'dynamic' }, known.body)
}
