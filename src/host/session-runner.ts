import { mkdir, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { AppError } from '../spec/app-error.ts'
import type { Box } from '../spec/ports/box.ts'
import type { HarnessAdapter, HarnessSignal, Verdict } from '../spec/ports/harness.ts'
import type { HostFact, SessionSetup, ToHost } from '../spec/ports/host-link.ts'
import { ActiveTurn } from './active-turn.ts'
import { CallDesk } from './call-desk.ts'
import type { HostOptions } from './host-options.ts'
import { limitText, maxNoteBytes } from './limit-text.ts'
import { programEnvironment } from './program-environment.ts'
import type { ProgramShelf } from './program-shelf.ts'
import { RunningProgram } from './running-program.ts'
import { SignalReporter } from './signal-reporter.ts'
import type { DeltaPart } from './signal-reporter.ts'
import { failed, failedBy, TurnFailure } from './turn-failure.ts'
import type { Settled } from './turn-failure.ts'

export type RunOrder = Extract<ToHost, { type: 'turn.run' }>

export interface RunnerDeps {
  readonly options: HostOptions
  readonly shelf: ProgramShelf
  /** Resolves when the fact is durable. */
  fact(turn: string | undefined, fact: HostFact): Promise<void>
  delta(turn: string, delta: DeltaPart): void
  /** True when facts pile up because no server takes them. */
  isFull(): boolean
  /** A program has been idle long enough and is gone: the runner is not needed any more. */
  idle(): void
}

/** An interrupt is over within two seconds; a program that does not listen is ended. */
const interruptMs = 2_000
/** A program that has ended may still have its last words on the turn under way. */
const lastWordsMs = 1_000
const defaultIdleMs = 10 * 60_000

/** Runs one session's turns, one after the other, in one box with one program. */
export class SessionRunner {
  readonly #session: string
  readonly #deps: RunnerDeps
  readonly #calls: CallDesk
  #box: Box | undefined
  #program: RunningProgram | undefined
  #reporter: SignalReporter | undefined
  #turn: ActiveTurn | undefined
  #lastTurn: string | undefined
  #order: Promise<void>
  /** Turns that are ordered and not settled, the running one first. */
  readonly #turns = new Map<string, ActiveTurn>()
  #conversation: { key: string; token: string } | undefined
  #cancelIdle = () => {}
  #closing: Settled | undefined

  /** @param after what must be over before the first turn runs: an earlier runner's end */
  constructor(session: string, deps: RunnerDeps, after: Promise<void>) {
    this.#session = session
    this.#order = after
    this.#deps = deps
    this.#calls = new CallDesk((fact) => this.#fact(fact))
  }

  get busy(): boolean {
    return this.#turns.size > 0
  }

  run(order: RunOrder): void {
    const active = new ActiveTurn(order.turn)
    this.#cancelIdle()
    this.#turns.set(order.turn, active)
    this.#order = this.#order.then(() => this.#runTurn(active, order)).catch((error: unknown) => this.#deps.options.log('running a turn', error)).finally(() => {
      this.#turns.delete(order.turn)
      if (!this.busy) this.#waitIdle()
    })
  }

  steer(turn: string, steer: string, text: string): void {
    const active = this.#turns.get(turn)
    if (active === undefined) return this.#lostSteer(turn, 'its turn is over')
    if (active.prompted) void this.#sendSteer(active, steer, text)
    else active.heldSteers.push({ steer, text })
  }

  interrupt(turn: string): void {
    const active = this.#turns.get(turn)
    if (active === undefined || active.stopping) return
    active.stopping = true
    const program = this.#program
    if (!active.prompted || program === undefined) return active.end({ type: 'turn.settled', outcome: 'interrupted' })
    const cancel = this.#deps.options.clock.after(interruptMs, () => {
      void this.#closeProgram().finally(() => active.end({ type: 'turn.settled', outcome: 'interrupted' }))
    })
    void active.ending.then(cancel)
    // A rejection means that the program is gone or will not: the timer ends it.
    program.session.interrupt().catch(() => undefined)
    this.#calls.refuse('The turn is being stopped.')
  }

  verdict(call: string, verdict: Verdict): void {
    this.#calls.verdict(call, verdict)
  }

  /** Ends program and box. A running turn settles with `ending`. */
  async close(ending: Settled): Promise<void> {
    this.#cancelIdle()
    this.#closing = ending
    this.#calls.close()
    this.#turn?.end(ending)
    await this.#order
    await this.#closeProgram()
    await this.#box?.close()
  }

  async #runTurn(active: ActiveTurn, { turn, text, setup }: RunOrder): Promise<void> {
    this.#turn = active
    this.#lastTurn = turn
    if (this.#closing !== undefined) active.end(this.#closing)
    let since = 0
    const played = async (): Promise<Settled> => {
      const program = await this.#fittingProgram(setup, active)
      since = this.#deps.options.clock.now()
      this.#reporter?.startTurn()
      this.#calls.startTurn()
      active.prompted = true
      program.session.prompt({ turn, text }).then(
        () => active.heldSteers.splice(0).forEach((held) => void this.#sendSteer(active, held.steer, held.text)),
        (error: unknown) => active.end(failedBy(error)),
      )
      return await active.ending
    }
    const ending = active.startSignal.aborted ? await active.ending : await played().catch((error: unknown) => (active.startSignal.aborted ? active.ending : failedBy(error)))
    active.end(ending)
    await this.#finishTurn(active, ending, since)
  }

  async #finishTurn(active: ActiveTurn, ending: Settled, since: number): Promise<void> {
    this.#calls.refuse('The turn is over.')
    // Its word on this turn may still come, and must not end the next one.
    if (active.prompted && !active.settledByProgram) await this.#closeProgram()
    // A stop, or a program that died, leaves nothing running; an ordinary end may leave something meant to stay.
    if (active.prompted && (active.stopping || this.#program?.alive !== true)) await this.#endProcesses(since)
    this.#reporter?.endTurn()
    await this.#deps.fact(active.id, ending)
    this.#turn = undefined
  }

  async #endProcesses(since: number): Promise<void> {
    try {
      await this.#box?.endSince(since, (process) => this.#program?.keeps(process) ?? false)
    } catch (error) {
      this.#deps.options.log('ending the processes of a turn', error)
      this.#fact({ type: 'notice', level: 'warning', text: error instanceof Error ? error.message : String(error) })
    }
  }

  async #fittingProgram(setup: SessionSetup, active: ActiveTurn): Promise<RunningProgram> {
    if (await this.#program?.fit(setup)) return this.#program as RunningProgram // Proof: `fit` was called on it.
    await this.#closeProgram()
    const adapter = this.#deps.shelf.adapter(setup.harness)
    const workspace = await this.#workspace(setup)
    const box = (this.#box ??= await this.#openBox(workspace))
    const file = await this.#deps.shelf.find(adapter, box)
    active.startSignal.throwIfAborted()
    const reporter = this.#newReporter(adapter)
    this.#reporter = reporter
    try {
      const context = this.#context(setup, adapter, { box, file, workspace })
      const key = conversationKey(setup)
      const hear = (signal: HarnessSignal) => {
        this.#hear(reporter, signal)
        if (signal.type === 'resume' && reporter === this.#reporter) this.#conversation = { key, token: signal.token }
      }
      this.#program = await RunningProgram.start({ adapter, setup, context, hear, signal: active.startSignal })
    } catch (error) {
      this.#deps.shelf.forget(adapter.id) // It may have been removed or updated since it was found.
      throw error
    }
    return this.#program
  }

  #context(setup: SessionSetup, adapter: HarnessAdapter, place: { box: Box; file: string; workspace: string }) {
    const { environment, settings, clock } = this.#deps.options
    const configured = settings.harness[adapter.id]
    const env = programEnvironment({ environment, credentials: adapter.credentialEnv, configured: configured?.env ?? {}, agent: setup.env })
    // Our own token is newer than the engine's when facts are still on their way; another conversation's is useless.
    const resume = this.#conversation?.key === conversationKey(setup) ? this.#conversation.token : setup.resume
    return {
      session: this.#session, ...place, home: this.#home(), env, instructions: setup.instructions, tools: setup.tools, clock,
      ...(setup.model === undefined ? {} : { model: setup.model }),
      ...(setup.effort === undefined ? {} : { effort: setup.effort }),
      ...(configured?.route === undefined ? {} : { route: configured.route }),
      ...(resume === undefined ? {} : { resume }),
      ...(setup.history === undefined || resume !== undefined ? {} : { history: setup.history }),
      authorize: (call: Parameters<CallDesk['authorize']>[0]) => this.#calls.authorize(call),
    }
  }

  #newReporter(adapter: HarnessAdapter): SignalReporter {
    return new SignalReporter({
      harness: adapter.id,
      fact: (fact) => this.#fact(fact),
      delta: (delta) => {
        if (this.#lastTurn !== undefined) this.#deps.delta(this.#lastTurn, delta)
      },
      overflow: () => this.#giveUp('The program reported more than one turn can hold.', 'Look at what it does; send a smaller prompt.'),
    })
  }

  #hear(reporter: SignalReporter, signal: HarnessSignal): void {
    if (reporter !== this.#reporter) return
    switch (signal.type) {
      case 'settled': {
        const ending: Settled = signal.outcome === 'failed' ? failed(signal.reason, signal.advice) : { type: 'turn.settled', outcome: signal.outcome }
        // Outside a turn, and before the prompt was given, there is nothing it could settle.
        if (this.#turn?.prompted !== true) return
        this.#turn.settledByProgram = true
        return this.#turn.end(ending)
      }
      case 'exited': return this.#exited(signal)
      case 'steer.landed': {
        const steer = this.#turn?.openSteers.shift()
        if (steer !== undefined) this.#fact({ type: 'steered', steer, landing: signal.when === 'now' ? 'turn' : 'next' })
        return
      }
      default: return reporter.hear(signal)
    }
  }

  #exited({ code, signal, detail }: Extract<HarnessSignal, { type: 'exited' }>): void {
    this.#program?.exited()
    this.#fact({ type: 'harness.exited', code, signal, detail: limitText(detail, maxNoteBytes).text })
    const active = this.#turn
    if (active === undefined) return
    this.#deps.options.clock.after(lastWordsMs, () => {
      active.end(failed(`The program ended in the middle of the turn: ${detail}`, 'Send the prompt again; a new program is started.'))
    })
  }

  async #sendSteer(active: ActiveTurn, steer: string, text: string): Promise<void> {
    const session = this.#program?.session
    if (session?.steer === undefined) return this.#lostSteer(active.id, 'this program takes none')
    active.openSteers.push(steer)
    await session.steer(text).catch((error: unknown) => {
      active.openSteers.splice(active.openSteers.indexOf(steer), 1)
      this.#lostSteer(active.id, error instanceof Error ? error.message : String(error))
    })
  }

  #lostSteer(turn: string, why: string): void {
    void this.#deps.fact(turn, { type: 'notice', level: 'warning', text: `A steer did not reach the program: ${why}. Send it as a prompt.` })
  }

  #giveUp(reason: string, advice: string): void {
    const active = this.#turn
    if (active === undefined) return
    void this.#closeProgram().finally(() => active.end(failed(reason, advice)))
  }

  #fact(fact: HostFact): void {
    if (this.#deps.isFull()) this.#giveUp('Too many reports wait for the server, which has not taken them.', 'See to it that the server runs, then send the prompt again.')
    else void this.#deps.fact(this.#turn?.id ?? this.#lastTurn, fact)
  }

  async #openBox(workspace: string): Promise<Box> {
    const home = this.#home()
    await mkdir(home, { recursive: true, mode: 0o700 })
    const box = await this.#deps.options.omnibox.open({ name: 'off', workspace, home })
    const { profile, processes, advisory, notes } = box.attestation
    this.#fact({ type: 'box.attested', profile, processes, advisory, notes: [...notes] })
    return box
  }

  #home(): string {
    if (!/^[\w-]{1,128}$/.test(this.#session)) throw new AppError('invalid', 'The session has an id that cannot name a folder.')
    return join(this.#deps.options.homeDir, 'sessions', this.#session)
  }

  async #workspace(setup: SessionSetup): Promise<string> {
    const { mode, path } = setup.workspace
    if (mode === 'temp' && path === '') {
      const made = join(this.#home(), 'work')
      await mkdir(made, { recursive: true, mode: 0o700 })
      return made
    }
    if (mode === 'temp' && isAbsolute(path)) await mkdir(path, { recursive: true, mode: 0o700 })
    const there = isAbsolute(path) && (await stat(path).then((found) => found.isDirectory(), () => false))
    if (!there) throw new TurnFailure(`The work folder ${path} is not there.`, 'Make it again, or start a session in another folder.')
    return path
  }

  async #closeProgram(): Promise<void> {
    const program = this.#program
    this.#program = undefined
    await program?.close()
  }

  #waitIdle(): void {
    const { clock, settings } = this.#deps.options
    this.#cancelIdle()
    this.#cancelIdle = clock.after(settings.idleProgramMs ?? defaultIdleMs, () => void this.#endIdle())
  }

  /** Something left running in the background, a server for one, keeps program and box. */
  async #endIdle(): Promise<void> {
    const processes = (await this.#box?.processes()) ?? []
    if (this.busy || this.#closing !== undefined) return
    if (processes.some((process) => this.#program?.keeps(process) !== true)) return this.#waitIdle()
    this.#deps.idle()
  }
}

function conversationKey({ harness, generation }: SessionSetup): string {
  return `${harness}/${generation}`
}
