import type { Function as FunctionNode } from 'unbash'
import type { Arg } from './arg.ts'

export interface KnownFunction {
  readonly body: FunctionNode['body']
  /** The text that the body's positions index. */
  readonly source: string
}

/** What is known of the shell's state at one point of a line. Mutable: the walker owns one and copies it where the line forks. */
export interface Scope {
  /** Absolute; undefined when only known at run time. */
  cwd: string | undefined
  home: string | undefined
  /** Values that are certain; a variable that is not here has a value only known at run time. */
  readonly variables: Map<string, string>
  readonly exported: Set<string>
  /** Variables whose assignments do not store what is written (integers, references, readonly …): never known again. */
  readonly odd: Set<string>
  /** False once IFS was assigned: what an unquoted variable splits into is then unknown. */
  splits: boolean
  positional: readonly Arg[] | undefined
  readonly functions: Map<string, readonly KnownFunction[]>
  /** Functions that are defined on some paths only: a call may also be the program of that name. */
  readonly unsureFunctions: Set<string>
  readonly exportedFunctions: Set<string>
  readonly aliases: Map<string, string>
  /** Nothing runs after this point (exit, return, break …). */
  dead: boolean
  /** Runs on another machine or in a container: its files are not ours. */
  elsewhere: boolean
  /** Why names of programs cannot be trusted any more, e.g. PATH was changed. */
  doubt: string | undefined
}

export function newScope(cwd: string | undefined, home: string | undefined): Scope {
  return {
    cwd, home, variables: new Map(), exported: new Set(), odd: new Set(), splits: true, positional: undefined, functions: new Map(),
    unsureFunctions: new Set(), exportedFunctions: new Set(), aliases: new Map(), dead: false, elsewhere: false, doubt: undefined,
  }
}

export function copyScope(scope: Scope): Scope {
  return {
    ...scope, variables: new Map(scope.variables), exported: new Set(scope.exported), odd: new Set(scope.odd), functions: new Map(scope.functions),
    unsureFunctions: new Set(scope.unsureFunctions), exportedFunctions: new Set(scope.exportedFunctions), aliases: new Map(scope.aliases),
  }
}

/** What is certain when the line came one way or the other. */
export function joinScopes(one: Scope, other: Scope): Scope {
  if (one.dead) return copyScope(other)
  if (other.dead) return copyScope(one)
  const joined = copyScope(one)
  joined.cwd = one.cwd === other.cwd ? one.cwd : undefined
  joined.home = one.home === other.home ? one.home : undefined
  for (const [name, value] of one.variables) if (other.variables.get(name) !== value) joined.variables.delete(name)
  for (const name of other.exported) joined.exported.add(name)
  for (const name of other.odd) joined.odd.add(name)
  joined.splits = one.splits && other.splits
  joined.positional = sameWords(one.positional, other.positional) ? one.positional : undefined
  for (const name of new Set([...one.functions.keys(), ...other.functions.keys()])) {
    const [mine, theirs] = [one.functions.get(name) ?? [], other.functions.get(name) ?? []]
    // One that is defined in a loop is the same in every round.
    joined.functions.set(name, [...new Map([...mine, ...theirs].map((known) => [known.body, known])).values()])
    if (mine.length === 0 || theirs.length === 0 || other.unsureFunctions.has(name)) joined.unsureFunctions.add(name)
  }
  for (const name of other.exportedFunctions) joined.exportedFunctions.add(name)
  for (const [name, value] of other.aliases) joined.aliases.set(name, value)
  joined.elsewhere = one.elsewhere || other.elsewhere
  joined.doubt = one.doubt ?? other.doubt
  return joined
}

/** True when the two know the same, so that a loop's body need not be read again. */
export function sameScope(one: Scope, other: Scope): boolean {
  return one.cwd === other.cwd && one.home === other.home && one.splits === other.splits && one.doubt === other.doubt
    && sameWords(one.positional, other.positional)
    && one.variables.size === other.variables.size && [...one.variables].every(([name, value]) => other.variables.get(name) === value)
    && one.odd.size === other.odd.size && one.aliases.size === other.aliases.size
    && one.functions.size === other.functions.size && [...one.functions].every(([name, known]) => other.functions.get(name)?.length === known.length)
}

/** Names that the shell itself assigns: a text stored in them does not stay. */
const shellOwned = /^(?:RANDOM|SRANDOM|SECONDS|LINENO|PWD|OLDPWD|BASH.*|_|PPID|E?UID|DIRSTACK|EPOCH.*|FUNCNAME|GROUPS|HISTCMD|PIPESTATUS|COMP_.*|REPLY|OPT.*|MAPFILE)$/

/** Variables that change what the shell or the loader runs. */
const doubtful = /^(?:PATH|BASH_ENV|ENV|LD_\w+|DYLD_\w+|SHELLOPTS|BASHOPTS|CDPATH|PROMPT_COMMAND|PS[0-4]|BASH_FUNC_.*|PERL5LIB|PERL5OPT|PYTHONSTARTUP|RUBYOPT|NODE_OPTIONS|path|fpath)$/

/** Why this assignment makes what follows uncertain. Undefined for an ordinary variable. */
export function doubtOf(name: string): string | undefined {
  if (!doubtful.test(name)) return undefined
  return name === 'PATH' || name === 'path' ? 'PATH is changed, so names may mean other programs' : `${name} is set, which makes programs run other code`
}

/** Stores an assignment; `undefined` for a value only known at run time. */
export function assign(scope: Scope, name: string, value: string | undefined): void {
  if (name === 'IFS') scope.splits = false
  if (name === 'HOME') scope.home = value
  if (name === 'PWD') scope.odd.add(name)
  scope.doubt ??= doubtOf(name)
  if (value === undefined || scope.odd.has(name) || shellOwned.test(name)) scope.variables.delete(name)
  else scope.variables.set(name, value)
}

function sameWords(one: readonly Arg[] | undefined, other: readonly Arg[] | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && one.length === other.length && one.every(({ text }, index) => text !== undefined && text === other[index]?.text))
}
