import { createHash } from 'node:crypto'
import { AppError } from '../spec/app-error.ts'
import type { Box, ProcessInfo } from '../spec/ports/box.ts'
import type { Clock } from '../spec/ports/clock.ts'
import type { Mode } from '../spec/events/session-data.ts'
import type { HarnessAdapter, HarnessCapabilities, HarnessContext, HarnessSession, HarnessSignal } from '../spec/ports/harness.ts'
import type { SessionSetup } from '../spec/ports/host-link.ts'
import type { Inside } from './inside.ts'
import type { ProgramSettings } from './program-settings.ts'

const startMs = 60_000
const closeMs = 5_000
const planWords = '[Plan mode: read and plan only. Change nothing: edits are refused, and commands are asked about. End with your plan.]'
const workWords = '[Plan mode is over: you may edit files and run commands again.]'

/** What a session's program is to be. `setup.model` is the program's own name of it. */
export interface StartPlan {
  readonly adapter: HarnessAdapter
  readonly setup: SessionSetup
  readonly start: ProgramSettings
  /** Set in a box with walls: `start` is then what is inside. */
  readonly inside?: Inside
  /** What the program's environment would be without walls: it says where the user's own set-up is. */
  readonly users?: Readonly<Record<string, string>>
  /** In a box: what its login's file is there. */
  readonly login?: string
}

export interface ProgramStart {
  readonly plan: StartPlan
  readonly context: Omit<HarnessContext, 'signal' | 'emit'>
  /** Never called after `close` was, so that an old program cannot speak for a new one. */
  hear(signal: HarnessSignal): void
  /** Aborted when nobody waits for the start any more. */
  readonly signal: AbortSignal
}

/** One started program of one session. Alive: it owns a process. */
export class RunningProgram {
  readonly #adapter: HarnessAdapter
  readonly #session: HarnessSession
  readonly #box: Box
  readonly #clock: Clock
  readonly #end: AbortController
  /** What must be the same for the program to be used for another turn. */
  readonly key: string
  #model: string | undefined
  #mode: Mode = 'default'
  /** What its model believes its mode to be, where the program has none of its own. */
  #toldMode: Mode = 'default'
  #gone = false

  private constructor(start: ProgramStart, session: HarnessSession, end: AbortController) {
    this.#adapter = start.plan.adapter
    this.#session = session
    this.#box = start.context.box
    this.#clock = start.context.clock
    this.#end = end
    this.key = programKey(start.plan)
    this.#model = start.plan.setup.model
  }

  /** @throws {AppError} 'unavailable' or 'timeout' when it does not come up; nothing of it is left then. */
  static async start(start: ProgramStart): Promise<RunningProgram> {
    const { plan: { adapter }, context, signal } = start
    const end = new AbortController()
    const stopped = Promise.withResolvers<never>()
    stopped.promise.catch(() => undefined) // Raced below; it may be settled after the race.
    const cancel = context.clock.after(startMs, () => {
      stopped.reject(new AppError('timeout', `${adapter.title} did not start within ${startMs / 1_000} s. "omni harness doctor" says what it needs.`))
    })
    const abort = () => stopped.reject(new AppError('unavailable', 'The start was stopped.'))
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    const emit = (heard: HarnessSignal) => (end.signal.aborted ? undefined : start.hear(heard))
    const starting = Promise.resolve().then(() => adapter.start({ ...context, emit, signal: end.signal }))
    try {
      const program = new RunningProgram(start, await Promise.race([starting, stopped.promise]), end)
      await program.#setMode(start.plan.setup.mode)
      return program
    } catch (error) {
      end.abort()
      // It may still come up, and must not stay.
      void starting.then((late) => late.close(), () => undefined).catch(() => undefined)
      await context.box.endSince(0, () => false)
      throw error
    } finally {
      cancel()
      signal.removeEventListener('abort', abort)
    }
  }

  get harness(): string {
    return this.#adapter.id
  }

  get session(): HarnessSession {
    return this.#session
  }

  /** False when it has ended by itself, or was closed. */
  get alive(): boolean {
    return !this.#gone
  }

  exited(): void {
    this.#gone = true
  }

  /** Makes the program fit the next turn, in this box; false when only a new one will do. */
  async fit(plan: StartPlan, box: Box | undefined): Promise<boolean> {
    const { setup } = plan
    if (this.#gone || box !== this.#box || this.key !== programKey(plan) || !(await this.#setMode(setup.mode).then(() => true, () => false))) return false
    if (setup.model === this.#model) return true
    if (setup.model === undefined || !this.#adapter.capabilities.modelSelection || this.#session.setModel === undefined) return false
    // One that will not change is replaced by a new one.
    const changed = await this.#session.setModel(setup.model).then(() => true, () => false)
    if (changed) this.#model = setup.model
    return changed
  }

  get capabilities(): HarnessCapabilities {
    return this.#adapter.capabilities
  }

  /** What is said before the next prompt, for a program without a plan mode of its own; empty when there is nothing to say. */
  get modeWords(): string {
    if (this.#session.setMode !== undefined) return ''
    if (this.#mode === 'plan') return planWords
    return this.#toldMode === 'plan' ? workWords : ''
  }

  /** The prompt was given. */
  told(): void {
    this.#toldMode = this.#mode
  }

  async #setMode(mode: Mode): Promise<void> {
    if (mode !== this.#mode) await this.#session.setMode?.(mode)
    this.#mode = mode
  }

  /** True for what an interrupt must leave alone. */
  keeps(process: ProcessInfo): boolean {
    return !this.#gone && this.#session.keeps(process)
  }

  /** Ends the program and everything in its box but what `spares` names. Resolves when it is gone. */
  async close(spares: (process: ProcessInfo) => boolean = () => false): Promise<void> {
    this.#gone = true
    this.#end.abort()
    const late = Promise.withResolvers<void>()
    const cancel = this.#clock.after(closeMs, late.resolve)
    // A program that will not close is ended with its box's other processes.
    await Promise.race([this.#session.close().catch(() => undefined), late.promise])
    cancel()
    await this.#box.endSince(0, spares)
  }
}

/** What a program is started with, all but the model, which many can change while they run. Its environment holds keys: only a digest is kept. */
export function programKey({ setup, start: { settings, env: variables } }: StartPlan): string {
  const { harness, generation, workspace, instructions, skills, tools, env, effort, mcp, inherit, project } = setup
  const text = JSON.stringify([harness, generation, workspace, instructions, skills, tools, env, effort ?? null, mcp ?? null, inherit ?? null, project ?? null, variables, settings.route ?? null, settings.path ?? null])
  return createHash('sha256').update(text).digest('hex')
}
