import { AppError } from '../../spec/app-error.ts'
import type { HarnessContext, HarnessPrompt, HarnessSignal } from '../../spec/ports/harness.ts'
import type { JsonProgram, JsonRecord } from '../json-program.ts'
import { TurnSettler } from '../turn-settler.ts'
import { type CallGate, type CallGateDeps, createCallGate } from './call-gate.ts'
import type { ModelChoice } from './model-choice.ts'
import { FromProgram, type ToProgram } from './protocol.ts'

type Settled = Extract<HarnessSignal, { type: 'settled' }>

/** Translates one process of the loop: its reports to signals, our orders to its protocol, its calls to the gate. */
export class LoopConversation {
  readonly #title: string
  readonly #context: HarnessContext
  readonly #turn: TurnSettler
  readonly #calls: CallGate
  readonly #ready = Promise.withResolvers<void>()
  #model: string
  #program: JsonProgram | undefined

  /** @param title of the loop, for people */
  constructor(title: string, context: HarnessContext, { model, ...deps }: Omit<CallGateDeps, 'send'> & { readonly model: string }) {
    this.#title = title
    this.#context = context
    this.#model = model
    this.#turn = new TurnSettler(context.emit)
    this.#calls = createCallGate(context, { ...deps, send: (message) => this.#tell(message) })
  }

  attach(program: JsonProgram): void {
    this.#program = program
  }

  /** Resolves when the program is ready; one that is gone never is. */
  async begin(start: Extract<ToProgram, { type: 'start' }>): Promise<void> {
    this.#tell(start)
    await this.#ready.promise
  }

  /** @throws {AppError} 'unavailable' when the program is gone. */
  send(message: ToProgram): void {
    if (this.#program === undefined) throw new AppError('unavailable', `${this.#title} has not started.`)
    this.#program.send(message)
  }

  async prompt({ turn, text, images }: HarnessPrompt): Promise<void> {
    if (this.#turn.running) throw new AppError('conflict', 'A turn is running already.')
    this.send({ type: 'prompt', turn, text, images: images.map(({ file, mediaType }) => ({ file, mediaType })) })
    this.#turn.start()
    this.#calls.startTurn()
  }

  async steer(text: string): Promise<void> {
    if (!this.#turn.running) throw new AppError('conflict', 'No turn is running.')
    this.send({ type: 'steer', text })
  }

  async interrupt(): Promise<void> {
    if (!this.#turn.running) return
    const over = this.#turn.interrupted()
    this.#tell({ type: 'interrupt' })
    await this.#calls.interrupt()
    await over
  }

  setModel(choice: ModelChoice): void {
    this.send({ type: 'model', model: choice })
    this.#model = choice.label
  }

  stopCommands(): Promise<void> {
    return this.#calls.interrupt()
  }

  ended(detail: string): void {
    // Its commands end first: a turn that is over runs nothing.
    void this.#calls.interrupt().finally(() => this.#settle({
      type: 'settled', outcome: 'failed', reason: `${this.#title} ended in the middle of the turn: ${detail}`,
      advice: 'Send the prompt again; a new program is started and goes on with the conversation.',
    }))
  }

  hear(line: JsonRecord): void {
    const message = FromProgram.parse(line)
    const { emit } = this.#context
    switch (message.type) {
      case 'ready':
        emit({ type: 'ready', version: message.version, model: this.#model })
        emit({ type: 'resume', token: message.token })
        return this.#ready.resolve()
      case 'call': return this.#calls.propose(message.call, message.use)
      case 'done': return this.#calls.done(message.call, message.outcome, message.output)
      case 'steered': return emit({ type: 'steer.landed', when: message.when })
      // A turn is over when its commands are: an interrupted program is quicker than they are.
      case 'settled': return void this.#calls.quiet().finally(() => this.#settle(message))
      case 'failed': {
        const { reason, advice } = message
        return void this.#calls.quiet().finally(() => this.#settle({ type: 'settled', outcome: 'failed', reason, advice }))
      }
      case 'message': {
        const { reasoning, ...rest } = message
        return emit(reasoning === undefined ? rest : { ...rest, reasoning })
      }
      case 'step.ended': {
        const { usage, ...rest } = message
        return emit(usage === undefined ? rest : { ...rest, usage })
      }
      case 'limited': {
        const { resetAt, ...rest } = message
        return emit(resetAt === undefined ? rest : { ...rest, resetAt })
      }
      default: return emit(message)
    }
  }

  #settle(signal: Settled): void {
    this.#calls.endTurn()
    this.#turn.settle(signal)
  }

  /** Answers to a program that has gone are for nobody. */
  #tell(message: ToProgram): void {
    try {
      this.send(message)
    } catch {
      // `ended` has settled the turn, or is about to.
    }
  }
}
