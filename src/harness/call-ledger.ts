import type { HarnessContext } from '../spec/ports/harness.ts'

export type CallOutcome = 'ok' | 'error' | 'denied' | 'interrupted'

/** A command that was started for a call. */
export interface CallCommand<Result extends CommandResult = CommandResult> {
  readonly result: Promise<Result>
  /** Ends the command and all it started; its result is `interrupted`. */
  stop(): Promise<void>
}

export interface CommandResult {
  readonly outcome: CallOutcome
  readonly output: string
  readonly exitCode?: number
}

/** One object per turn: what belongs to an earlier one runs no more. */
export interface CallTurn {
  readonly open: boolean
}

/** The calls of our own programs: which are open, which commands run for them. Each is reported once, whatever happens. */
export class CallLedger {
  readonly #emit: HarnessContext['emit']
  #turn = { open: false }
  readonly #open = new Set<string>()
  readonly #commands = new Map<string, { readonly stop: () => Promise<void>; readonly over: Promise<void> }>()

  constructor(emit: HarnessContext['emit']) {
    this.#emit = emit
  }

  startTurn(): void {
    this.#turn = { open: true }
  }

  endTurn(): void {
    this.#turn.open = false
    for (const call of this.#open) if (!this.#commands.has(call)) this.report(call, 'interrupted', '')
  }

  /** The turn that a new call belongs to; undefined outside a turn, where nothing is asked and so nothing runs, and for a call that is open. */
  turnOf(call: string): CallTurn | undefined {
    return this.#turn.open && !this.#open.has(call) ? this.#turn : undefined
  }

  /** From here on the call will be reported. */
  open(call: string): void {
    this.#open.add(call)
  }

  report(call: string, outcome: CallOutcome, output: string, exitCode?: number): void {
    if (!this.#open.delete(call)) return
    this.#emit({ type: 'tool.done', call, outcome, output, ...(exitCode === undefined ? {} : { exitCode }) })
  }

  /** Runs a command for a call; `ended` reports it. Resolves after that. */
  async run<Result extends CommandResult>(call: string, command: CallCommand<Result>, ended: (result: Result) => Promise<void> | void): Promise<void> {
    const over = command.result.then((result) => {
      this.#commands.delete(call)
      return ended(result)
    })
    this.#commands.set(call, { stop: () => command.stop(), over })
    await over
  }

  /** Resolves when no command runs and each is reported. */
  async quiet(): Promise<void> {
    await Promise.all([...this.#commands.values()].map(({ over }) => over))
  }

  /** Ends running commands; nothing asked for in this turn runs any more. Resolves when they are gone and reported. */
  async interrupt(): Promise<void> {
    this.#turn.open = false
    await Promise.all([...this.#commands.values()].map(({ stop }) => stop()))
    await this.quiet()
  }
}
