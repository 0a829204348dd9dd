import { join } from 'node:path'
import type { ProcessInfo } from '../spec/ports/box.ts'
import type { HarnessSignal, ProposedCall, Verdict } from '../spec/ports/harness.ts'
import type { HostFact, SessionSetup, ToHost } from '../spec/ports/host-link.ts'
import { ActiveTurn } from './active-turn.ts'
import { CallDesk } from './call-desk.ts'
import { composePrompt } from './compose-prompt.ts'
import { openToolDesk, type ToolDesk } from './mcp/tool-desk.ts'
import { layDownHistory } from './lay-down-history.ts'
import { limitText, maxNoteBytes } from './limit-text.ts'
import { planStart } from './plan-start.ts'
import { prepareWorkspace } from './prepare-workspace.ts'
import { programContext } from './program-context.ts'
import type { RestoreOrder } from './restore-files.ts'
import { RunningProgram, type StartPlan } from './running-program.ts'
import type { RunnerDeps, RunOrder, SteerOrder, SwitchOrder } from './runner-deps.ts'
import { SignalReporter } from './signal-reporter.ts'
import { SessionPlace, type WireOrder } from './session-place.ts'
import { sessionHome, workFolder } from './session-folder.ts'
import { createSessionWorktree, type SessionWorktree } from './session-worktree.ts'
import { createSessionWatch, type SessionWatch } from './session-watch.ts'
import { trustedParts } from './trusted-parts.ts'
import { failed, failedBy, TurnFailure } from './turn-failure.ts'
import type { Settled } from './turn-failure.ts'

/** An interrupt is over within two seconds; a program that does not listen is ended. */
const interruptMs = 2_000
/** A program that has ended may still have its last words on the turn under way. */
const lastWordsMs = 1_000
const startedAtPrecisionMs = 20
const defaultIdleMs = 10 * 60_000

/** Runs one session's turns, one after the other, in one box with one program. */
export class SessionRunner {
  readonly #session: string
  readonly #deps: RunnerDeps
  readonly #calls: CallDesk
  readonly #watch: SessionWatch
  readonly #place: SessionPlace
  readonly #tools: ToolDesk | undefined
  readonly #worktree: SessionWorktree
  #program: RunningProgram | undefined
  #reporter: SignalReporter | undefined
  #turn: ActiveTurn | undefined
  #lastTurn: string | undefined
  readonly #after: Promise<void>
  #restoring: Promise<void> | undefined
  #judged: Promise<void> | undefined
  #order: Promise<void>
  /** Turns that are ordered and not settled, the running one first. */
  readonly #turns = new Map<string, ActiveTurn>()
  /** Earlier conversation that the program has still to be told, with its first prompt. */
  #untold = ''
  #switches = 0
  readonly #ending = new AbortController()
  #cancelIdle = () => {}
  #closing: Settled | undefined

  /** @param after what must be over before the first turn runs: an earlier runner's end */
  constructor(session: string, deps: RunnerDeps, after: Promise<void>) {
    this.#session = session
    this.#order = after
    this.#deps = deps
    this.#watch = createSessionWatch({ session, home: this.#home, options: deps.options, fact: (fact) => this.#fact(fact) })
    this.#place = new SessionPlace({ session, home: this.#home, options: deps.options, watch: this.#watch, fact: (fact) => this.#fact(fact), over: (minutes) => this.#boxOver(minutes) })
    this.#worktree = createSessionWorktree({ session, home: this.#home, options: deps.options, fact: (fact) => this.#fact(fact) })
    this.#tools = openToolDesk(deps.options, { home: this.#home, fact: (fact) => this.#fact(fact) })
    this.#after = after
    this.#calls = new CallDesk({ report: (fact) => this.#fact(fact), restoring: () => this.#restoring, changed: (restsOn) => this.#watch.changed(restsOn) })
  }

  get busy(): boolean {
    return this.#turns.size > 0 || this.#switches > 0 || this.#restoring !== undefined
  }

  run(order: RunOrder): void {
    const active = new ActiveTurn(order.turn)
    this.#cancelIdle()
    this.#turns.set(order.turn, active)
    this.#inOrder('running a turn', () => this.#runTurn(active, order), () => this.#turns.delete(order.turn))
  }

  /** Between turns: whatever is ordered first comes first. */
  switch(order: SwitchOrder): void {
    this.#cancelIdle()
    this.#switches += 1
    this.#inOrder('switching', () => this.#runSwitch(order), () => (this.#switches -= 1))
  }

  #inOrder(what: string, work: () => Promise<void>, over: () => unknown): void {
    this.#order = this.#order.then(work).catch((error: unknown) => this.#deps.options.log(what, error)).finally(() => {
      over()
      if (!this.busy) this.#waitIdle()
    })
  }

  steer({ turn, steer, text, note = false }: SteerOrder): void {
    const active = this.#turns.get(turn)
    // A program that has settled would take it for a new prompt.
    if (note && (active === undefined || !active.prompted || active.settledByProgram)) return
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
    this.#place.stopRun('The turn is being stopped.')
  }

  /** At once, whatever runs: the calls that come after it wait. */
  restore(order: RestoreOrder): void {
    const done = Promise.all([this.#restoring, this.#after.then(() => this.#watch.restore(order))]).then(() => {
      if (this.#restoring === done) this.#restoring = undefined
      if (!this.busy && this.#closing === undefined) this.#waitIdle()
    })
    this.#restoring = done
  }

  verdict(call: string, verdict: Verdict): void {
    this.#calls.verdict(call, verdict)
  }

  omniAnswer(order: Extract<ToHost, { type: 'omni.answer' }>): void {
    this.#tools?.answer(order)
  }

  /** About what leaves the box. */
  wire(order: WireOrder): void {
    this.#place.order(order)
  }

  /** Ends program and box. A running turn settles with `ending`. */
  async close(ending: Settled): Promise<void> {
    this.#cancelIdle()
    this.#closing = ending
    this.#ending.abort()
    this.#calls.close()
    this.#turn?.end(ending)
    await this.#order
    await this.#restoring
    await this.#closeProgram()
    await this.#tools?.close()
    await this.#watch.close()
    await this.#place.close()
  }

  async #runTurn(active: ActiveTurn, order: RunOrder): Promise<void> {
    const { turn, setup } = order
    this.#turn = active
    this.#lastTurn = turn
    if (this.#closing !== undefined) active.end(this.#closing)
    let since = 0
    const played = async (): Promise<Settled> => {
      const program = await this.#fittingProgram(setup, active)
      const prompt = await composePrompt(order, { untold: this.#untold, home: this.#home, folder: join(this.#home, 'attachments', turn), program })
      since = this.#deps.options.clock.now()
      this.#reporter?.startTurn()
      this.#calls.startTurn()
      this.#watch.turnStarts()
      active.prompted = true
      program.session.prompt(prompt).then(
        () => {
          this.#untold = ''
          program.told()
          for (const held of active.heldSteers.splice(0)) void this.#sendSteer(active, held.steer, held.text)
        },
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
    await this.#watch.told()
    // What the last calls changed may have to go back: that belongs to the turn.
    await this.#judged
    await this.#restoring
    await this.#worktree.collect()
    await this.#deps.fact(active.id, ending)
    this.#turn = undefined
  }

  async #endProcesses(since: number): Promise<void> {
    try {
      await this.#place.box?.endSince(since, (process) => this.#program?.keeps(process) ?? false)
    } catch (error) {
      this.#deps.options.log('ending the processes of a turn', error)
      this.#fact({ type: 'notice', level: 'warning', text: error instanceof Error ? error.message : String(error) })
    }
  }

  async #fittingProgram(setup: SessionSetup, active: ActiveTurn): Promise<RunningProgram> {
    const plan = await planStart(setup, this.#deps, this.#place)
    if (await this.#program?.fit(plan, this.#place.box)) {
      // A switch that failed may have left another's.
      this.#place.serve(plan)
      return this.#program as RunningProgram // Proof: `fit` was called on it.
    }
    await this.#closeProgram()
    const started = await this.#startProgram(plan, { signal: active.startSignal, adopted: true })
    return started.adopt()
  }

  async #runSwitch({ switch: id, setup, lost }: SwitchOrder): Promise<void> {
    const settled = { type: 'switch.settled', switch: id } as const
    const fact = await this.#switchTo(setup).then((): HostFact => ({ ...settled, outcome: 'ready', lost }), (error: unknown): HostFact => {
      const { reason, advice } = failedBy(error)
      return { ...settled, outcome: 'failed', ...(reason === undefined ? {} : { reason }), ...(advice === undefined ? {} : { advice }) }
    })
    await this.#deps.fact(undefined, fact)
  }

  /** The old program stays until the new one is up; only where both are of one harness it goes first: a conversation is open in one process. */
  async #switchTo(setup: SessionSetup): Promise<void> {
    if (this.#closing !== undefined) throw new TurnFailure('The session was being closed.', 'Switch again.')
    const plan = await planStart(setup, this.#deps, this.#place)
    if (await this.#program?.fit(plan, this.#place.box)) return
    if (this.#program?.harness === setup.harness) await this.#closeProgram()
    // The table of processes tells their start in hundredths of a second.
    const since = this.#deps.options.clock.now() - startedAtPrecisionMs
    const started = await this.#startProgram(plan, { signal: this.#ending.signal, adopted: false })
    await this.#closeProgram((process) => process.startedAt >= since)
    started.adopt()
  }

  /** What it says before it is adopted is heard then. */
  async #startProgram(plan: StartPlan, { signal, adopted }: { signal: AbortSignal; adopted: boolean }): Promise<{ adopt(): RunningProgram }> {
    const { adapter, setup } = plan
    const worktree = await this.#worktree.prepare(setup)
    const workspace = worktree?.path ?? (await workFolder(setup, this.#home))
    const box = await this.#place.open(plan, workspace, worktree?.git)
    const file = await this.#deps.shelf.find(adapter, box)
    const reporter = this.#newReporter(plan)
    const { environment, clock } = this.#deps.options
    await prepareWorkspace({ box, workspace, signal, setup, environment, home: this.#home, run: String(clock.now()), report: (heard) => reporter.hear(heard) })
    signal.throwIfAborted()
    await this.#watch.programStarts(workspace, plan.start.env)
    const untold = await layDownHistory(setup.history ?? [], this.#home, 'handover')
    let early: HarnessSignal[] | undefined = adopted ? undefined : []
    if (adopted) this.#reporter = reporter
    const trusted = await trustedParts(this.#deps.options.adapters, { adapter, workspace, setup, report: (signal) => reporter.hear(signal) })
    // That a record is gone is true whether the start succeeds or not.
    const hear = (heard: HarnessSignal) => (early === undefined || heard.type === 'resume.lost' ? this.#hear(reporter, heard) : void early.push(heard))
    try {
      const program = await RunningProgram.start({ plan, context: programContext(plan, { session: this.#session, box, file, workspace, trusted, omni: await this.#tools?.serve(setup.omni ?? []), options: this.#deps.options, authorize: (call) => this.#authorize(call) }), hear, signal })
      return {
        adopt: () => {
          this.#program = program
          this.#reporter = reporter
          this.#untold = untold
          const held = early ?? []
          early = undefined
          for (const heard of held) this.#hear(reporter, heard)
          if (setup.skills.length > 0) reporter.hear({ type: 'offers' })
          return program
        },
      }
    } catch (error) {
      this.#deps.shelf.forget(adapter.id) // It may have been removed or updated since it was found.
      // A branch that can not be made is told the conversation the next time.
      if (setup.forkOf !== undefined) this.#fact({ type: 'memory.lost', harness: adapter.id })
      throw error
    }
  }

  async #authorize(proposed: ProposedCall): Promise<Verdict> {
    const { call, restsOn } = await this.#watch.read(proposed)
    return this.#calls.authorize(call, restsOn)
  }

  #newReporter({ adapter, setup: { skills }, start: { credential } }: StartPlan): SignalReporter {
    return new SignalReporter({
      harness: adapter.id, skills, credential,
      fact: (fact) => this.#fact(fact),
      delta: (delta) => {
        if (this.#lastTurn !== undefined) this.#deps.delta(this.#lastTurn, delta)
      },
      overflow: () => this.#giveUp('The program reported more than one turn can hold.', 'Look at what it does; send a smaller prompt.'),
    })
  }

  #hear(reporter: SignalReporter, signal: HarnessSignal): void {
    if (reporter !== this.#reporter && signal.type !== 'resume.lost') return
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
      case 'resume.lost': return this.#fact({ type: 'memory.lost', harness: reporter.harness })
      case 'tool.done':
        reporter.hear(signal)
        return this.#watch.callEnded(signal.call)
      case 'text': case 'reasoning': case 'message':
        reporter.hear(signal)
        return this.#watch.stirs()
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

  #boxOver(minutes: number): void {
    const reason = `The ${minutes} minutes of the session’s sandbox are over ("minutes" in "limits" of the agent’s sandbox): what ran in it was ended.`
    if (this.#turn === undefined) return this.#fact({ type: 'notice', level: 'warning', text: reason })
    this.#turn.end(failed(reason, 'Send a prompt to go on: it gets a new sandbox, whose minutes count from its start.'))
  }

  #giveUp(reason: string, advice: string): void {
    const active = this.#turn
    if (active === undefined) return
    void this.#closeProgram().finally(() => active.end(failed(reason, advice)))
  }

  #fact(fact: HostFact): void {
    if (this.#deps.isFull()) this.#giveUp('Too many reports wait for the server, which has not taken them.', 'See to it that the server runs, then send the prompt again.')
    else {
      const kept = this.#deps.fact(this.#turn?.id ?? this.#lastTurn, fact)
      if (fact.type === 'files.changed') this.#judged = kept.then(() => this.#deps.taken())
    }
  }

  get #home(): string {
    return sessionHome(this.#deps.options, this.#session)
  }

  async #closeProgram(spares?: (process: ProcessInfo) => boolean): Promise<void> {
    const program = this.#program
    this.#program = undefined
    await program?.close(spares)
  }

  #waitIdle(): void {
    const { clock, settings } = this.#deps.options
    this.#cancelIdle()
    this.#cancelIdle = clock.after(settings.idleProgramMs ?? defaultIdleMs, () => void this.#endIdle())
  }

  /** Something left running in the background, a server for one, keeps program and box. */
  async #endIdle(): Promise<void> {
    const processes = (await this.#place.box?.processes()) ?? []
    if (this.busy || this.#closing !== undefined) return
    if (processes.some((process) => this.#program?.keeps(process) !== true)) return this.#waitIdle()
    this.#deps.idle()
  }
}
