import type { Config } from '../app/config.ts'

/** What every command may use; commands read nothing else of the process. */
export interface CommandContext {
  readonly config: Config
  /** Data, to stdout. */
  print(text: string): void
  /** Decoration and advice, to stderr. */
  note(text: string): void
  /** Aborted by Ctrl-C when a command does not handle it itself. */
  readonly signal: AbortSignal
}

/** Exit codes; `omni help exit-codes` and the README list them. */
export const exitCode = {
  ok: 0,
  /** The agent's turn failed. */
  failed: 1,
  /** The command line or a file is wrong. */
  usage: 2,
  /** A part is missing: server, host, harness. */
  unavailable: 3,
  /** Something a person must answer first, and nobody is there. */
  needsPerson: 4,
  /** The turn was interrupted. */
  interrupted: 130,
} as const
export type ExitCode = (typeof exitCode)[keyof typeof exitCode]
