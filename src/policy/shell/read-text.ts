import { parse } from 'unbash'
import { emitOpaque } from './emit.ts'
import { limits, spend } from './reading.ts'
import { copyScope, joinScopes, newScope, type Scope } from './scope.ts'
import { walkBody, walkStatements } from './walk.ts'
import type { Output, Reader, TextOptions, Walk } from './walk-state.ts'

export const reader: Reader = { statements: walkStatements, body: walkBody, text: readText }

/** Reads a text as a shell would; what is not valid shell is opaque, and read as far as it goes. */
export function readText(walk: Walk, text: string, { same, positional, scope, input, call }: TextOptions): Output {
  // Databases take no NUL in texts.
  const excerpt = (text.length > 200 ? `${text.slice(0, 200)}…` : text).replaceAll('\0', '␀')
  const refusal = refuse(walk, text)
  if (!spend(walk.reading, 'volume', text.length)) return undefined
  if (refusal !== undefined) {
    emitOpaque(walk, excerpt, refusal)
    return undefined
  }
  const script = parse(text)
  if (script.errors !== undefined && script.errors.length > 0) emitOpaque(walk, excerpt, `not valid shell: ${script.errors[0]?.message ?? ''}`)
  const inner: Walk = {
    ...walk, source: text, depth: walk.depth + 1, nesting: 0, scope: scope ?? (same ? walk.scope : childShell(walk.scope)), input: input ?? walk.input,
    calls: call === undefined ? walk.calls : [...walk.calls, { key: call }], doubts: [],
    // `return` in a sourced file ends that file; in `eval` it ends the function around.
    returns: same && call !== 'source' ? walk.returns : [], ...(same ? {} : { jumps: [], locals: new Set<string>() }),
  }
  const outer = inner.scope.positional
  if (positional !== undefined) inner.scope.positional = positional.some(({ many }) => many) ? undefined : positional
  const output = walkStatements(inner, script.commands)
  if (same) {
    walk.scope = call === 'source' ? [...inner.returns, inner.scope].map(copyScope).reduce(joinScopes) : inner.scope
    if (positional !== undefined) walk.scope.positional = outer
  }
  return output
}

function refuse(walk: Walk, text: string): string | undefined {
  if (text.includes('\0')) return 'it holds a NUL character'
  if (text.length > limits.textLength) return `longer than ${limits.textLength} characters`
  if (walk.depth >= limits.depth) return `scripts call each other more than ${limits.depth} deep`
  return undefined
}

/** What a new shell knows: exported variables and functions. */
function childShell(scope: Scope): Scope {
  const child = newScope(scope.cwd, scope.home)
  for (const name of scope.exported) {
    child.exported.add(name)
    const value = scope.variables.get(name)
    if (value !== undefined) child.variables.set(name, value)
  }
  for (const name of scope.exportedFunctions) {
    const known = scope.functions.get(name)
    if (known !== undefined) child.functions.set(name, known)
    if (scope.unsureFunctions.has(name)) child.unsureFunctions.add(name)
    child.exportedFunctions.add(name)
  }
  child.elsewhere = scope.elsewhere
  child.doubt = scope.doubt
  return child
}
