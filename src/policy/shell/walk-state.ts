import type { Statement } from 'unbash'
import type { Arg } from './arg.ts'
import type { Input } from './call.ts'
import type { Reading } from './reading.ts'
import type { KnownFunction, Scope } from './scope.ts'

/** The standard output of what was read, when it is known before it runs. */
export type Output = string | undefined

/** The walk over one text. */
export interface Walk {
  readonly reading: Reading
  /** The text that the syntax tree's positions index. */
  readonly source: string
  /** How many texts deep: the line is 0, a script that it calls 1 … */
  readonly depth: number
  /** How deep in this text's syntax. */
  nesting: number
  scope: Scope
  /** States at `break` and `continue`, for the loop they leave. */
  jumps: Jump[]
  /** States at `return`, for the function they leave. */
  returns: Scope[]
  /** Variables that `local` declared in the function being read. */
  locals: Set<string>
  input: Input
  /** What the words of the current command give reason to doubt. */
  doubts: string[]
  /** Calls of functions and aliases on the way here, to end recursion. */
  readonly calls: readonly KnownCall[]
  /** The way back into the walker, passed along because its parts need each other. */
  readonly reader: Reader
}

export interface KnownCall {
  readonly key: string
  /** Tells functions of one name apart. */
  readonly body?: object
}

export interface Jump {
  readonly scope: Scope
  /** How many loops it leaves. */
  readonly levels: number
}

export interface Reader {
  readonly statements: (walk: Walk, statements: readonly Statement[]) => Output
  /** Reads a function's body. */
  readonly body: (walk: Walk, body: KnownFunction['body']) => Output
  /** Reads a text as a shell would. */
  readonly text: (walk: Walk, text: string, options: TextOptions) => Output
}

export interface TextOptions {
  /** In the same shell (`eval`, `source`), or in a new one. */
  readonly same: boolean
  readonly positional?: readonly Arg[] | undefined
  readonly scope?: Scope
  readonly input?: Input
  /** Name of what is called, for recursion. */
  readonly call?: string
}
