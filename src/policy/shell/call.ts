import type { Action } from '../../spec/actions.ts'
import type { Arg } from './arg.ts'
import type { ShellFact, ShellNeed } from './facts.ts'

/** The standard input: known text, a local file, only known at run time, or `inherited` from whoever runs the line. */
export type Input = { readonly text: string } | { readonly file: string } | 'dynamic' | 'inherited'

/** One program about to start, for the reader of its command line. */
export interface Call {
  /** The last part of the program's path. */
  readonly name: string
  readonly words: readonly Arg[]
  /** `words` without the program. */
  readonly args: readonly Arg[]
  /** Absolute; undefined when only known at run time. */
  readonly cwd: string | undefined
  readonly home: string | undefined
  /** On another machine or in a container: files and configuration here say nothing. */
  readonly elsewhere: boolean
  readonly input: Input
  /** Exported or assigned for this call, as far as known: the value is undefined when it is not. */
  readonly environment: ReadonlyMap<string, string | undefined>
  /** Absolute path of a file named by this word: normalised, globs as written. Undefined when unknown. */
  readonly path: (arg: Arg) => string | undefined
  /** An answer of the caller, or undefined after noting the question. */
  readonly know: (need: ShellNeed) => ShellFact | undefined
  /** Text of a local file as it will be then; `asked` when the caller has to say. */
  readonly file: (path: string) => { readonly text: string } | { readonly absent: string } | 'asked'
}

/** What a program's command line stands for. */
export type Effect =
  | { readonly type: 'action'; readonly action: Action }
  /** It cannot be told what the program does. */
  | { readonly type: 'opaque'; readonly reason: string }
  /** It starts another program. */
  | { readonly type: 'run'; readonly words: readonly Arg[]; readonly where?: Where }
  /** It gives this text to a shell. */
  | { readonly type: 'script'; readonly text: string; readonly positional?: readonly Arg[]; readonly where?: Where }
  /** All else that it does stays on this machine; without it a program is on the table of local programs or unknown. */
  | { readonly type: 'local' }

export interface Where {
  /** Another folder; `undefined` inside means only known at run time. */
  readonly cwd?: { readonly path: string | undefined }
  readonly assigned?: ReadonlyMap<string, string | undefined>
  /** On another machine or in a container. */
  readonly elsewhere?: true
  /** Gets the program's own input. */
  readonly input?: true
}

/** Reads one program's command line. */
export type ProgramReader = (call: Call) => readonly Effect[]

export const opaque = (reason: string): Effect => ({ type: 'opaque', reason })
export const act = (action: Action): Effect => ({ type: 'action', action })

/** The value, or undefined when making it throws: for texts that are parsed. */
export function knownOr<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    // Not parsable is one of the two answers.
    return undefined
  }
}
