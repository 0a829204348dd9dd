import type { ModelChoice } from '../model-choice.ts'
import type { FromProgram } from '../protocol.ts'
import { type Answer, type AskModel, BrokenAnswer } from './answer.ts'
import type { CallDesk } from './call-desk.ts'
import { cutPoint, isFull, summaryQuestion } from './compaction.ts'
import type { ContextMeter } from './context-meter.ts'
import type { CallPart, Part } from './conversation.ts'
import type { OfferedTool } from './offered-tools.ts'
import type { Pictures } from './pictures.ts'
import type { ServiceProblem } from './service-problem.ts'
import { picturesOf, type ShownMessage, shownMessages } from './shown-messages.ts'
import type { Transcript } from './transcript.ts'
import { ModelFailure, type RetryDeps, withRetry } from './with-retry.ts'

/** What the program has for all its turns. */
export interface TurnPlace extends Pick<RetryDeps, 'now' | 'chance' | 'pause'> {
  readonly send: (message: FromProgram) => void
  readonly transcript: Transcript
  readonly desk: CallDesk
  readonly pictures: Pictures
  readonly meter: ContextMeter
  readonly system: string
  readonly tools: readonly OfferedTool[]
  readonly effort: string | undefined
  readonly model: () => ModelChoice
}

export interface TurnOrder {
  readonly turn: string
  /** What a person adds meanwhile; taken before each model call. */
  readonly steers: string[]
  readonly signal: AbortSignal
}

/** How services say that a model takes no pictures, or not this one. */
const pictureWords = /image|picture|vision|multi-?modal/i

/** What every loop does in a turn around its model calls: the conversation is kept, told, and put in short when it grows too long. */
export class Turn {
  readonly order: TurnOrder
  readonly #place: TurnPlace
  #made = 0

  constructor(order: TurnOrder, place: TurnPlace) {
    this.order = order
    this.#place = place
  }

  /** An id that no other turn has. */
  next(kind: string): string {
    this.#made += 1
    return `${this.order.turn}.${kind}${this.#made}`
  }

  /**
   * One model call with all that was added since the last, what came of it told and kept; the calls it wants.
   * @throws {ModelFailure} when the model can not be asked; the abort's reason when interrupted. The conversation stays whole.
   */
  async step(ask: AskModel): Promise<Answer & { readonly calls: readonly CallPart[] }> {
    const { transcript, send, meter } = this.#place
    for (const text of this.order.steers.splice(0)) await transcript.add({ role: 'user', text })
    const choice = this.#place.model()
    if (isFull(meter.used(transcript.messages), choice.window)) await this.#compact(ask)
    const answer = await this.#ask(choice, ask).catch(async (error: unknown) => {
      if (!(error instanceof ModelFailure) || !(await this.#leaveOut(error.problem, choice, ask))) throw error
      return await this.#ask(choice, ask)
    })
    await transcript.add({ role: 'assistant', parts: [...answer.parts], by: { dialect: choice.dialect, model: choice.id } })
    meter.count(answer.total, transcript.messages.length)
    if (answer.cut) send({ type: 'notice', level: 'warning', text: 'The model reached the longest answer it may give; the answer is cut.' })
    return { ...answer, calls: answer.parts.filter((part) => part.type === 'call') }
  }

  /** Makes less of a call that a service refused for what is in it: too much, or pictures. False when there is nothing to leave out. */
  async #leaveOut(problem: ServiceProblem, choice: ModelChoice, ask: AskModel): Promise<boolean> {
    const { transcript, pictures, send } = this.#place
    // The estimate was too low, or the window smaller than known.
    if (problem.kind === 'too-long') return await this.#compact(ask)
    const sent = pictures.sendable(transcript.messages.flatMap(picturesOf), choice.label)
    if (problem.kind !== 'refused' || sent.length === 0 || !pictureWords.test(problem.message)) return false
    pictures.refuse(sent, choice.label)
    send({ type: 'notice', level: 'warning', text: `The model is not shown ${sent.map(({ name }) => name).join(', ')}. Its service says: ${problem.message.slice(0, 300)}` })
    return true
  }

  async #ask(choice: ModelChoice, askModel: AskModel): Promise<Answer> {
    const { system, tools, transcript, pictures, send, effort } = this.#place
    const messages = await shownMessages(transcript.messages, pictures, choice.label)
    let item = this.next('i')
    return await this.#call({ choice, askModel }, { system, messages, tools, effort }, {
      text: (text) => send({ type: 'text', item, text }),
      reasoning: (text) => send({ type: 'reasoning', item, text }),
      said: (parts) => {
        this.#tell(item, parts)
        item = this.next('i')
      },
    })
  }

  /** A model call with its step, retries included; `said` gets what a whole or a broken answer had. */
  async #call({ choice, askModel }: { choice: ModelChoice; askModel: AskModel }, question: { system: string; messages: readonly ShownMessage[]; tools: readonly OfferedTool[]; effort: string | undefined }, hear: { text(text: string): void; reasoning(text: string): void; said(parts: readonly Part[]): void }): Promise<Answer> {
    const { send, now, chance, pause, transcript } = this.#place
    const { signal } = this.order
    const step = this.next('s')
    send({ type: 'step.started', step, model: choice.label })
    let broken: readonly Part[] = []
    const ask = () => askModel({ ...question, choice, key: transcript.token, signal }, hear).catch((error: unknown) => {
      if (error instanceof BrokenAnswer) broken = error.parts
      throw error
    })
    const onRetry: RetryDeps['onRetry'] = async (problem, waitMs) => {
      hear.said(broken)
      send({ type: 'notice', level: 'warning', text: `The model service: ${problem.message.slice(0, 500)} – asked again in ${Math.ceil(waitMs / 1_000)} s.` })
    }
    try {
      const answer = await withRetry(ask, { now, chance, pause, onRetry, signal })
      hear.said(answer.parts)
      send({ type: 'context', used: answer.total, window: choice.window })
      send({ type: 'step.ended', step, model: choice.label, usage: answer.usage })
      return answer
    } catch (error) {
      send({ type: 'step.ended', step, model: choice.label })
      if (question.tools === this.#place.tools) await this.#keepBroken(broken, choice)
      throw error
    }
  }

  /** The model should know what it had said when it was cut off; its calls did not run. */
  async #keepBroken(parts: readonly Part[], choice: ModelChoice): Promise<void> {
    const said = parts.flatMap((part): Part[] => (part.type === 'text' && part.text !== '' ? [{ type: 'text', text: part.text }] : []))
    if (said.length > 0) await this.#place.transcript.add({ role: 'assistant', parts: [...said, { type: 'text', text: '[cut off here]' }], by: { dialect: choice.dialect, model: choice.id } })
  }

  #tell(item: string, parts: readonly Part[]): void {
    const join = (type: 'text' | 'reasoning') => parts.flatMap((part) => (part.type === type ? [part.text] : [])).join('')
    const [text, reasoning] = [join('text'), join('reasoning')]
    if (text !== '' || reasoning !== '') this.#place.send({ type: 'message', item, text, ...(reasoning === '' ? {} : { reasoning }) })
  }

  /** Puts the older part in short; false when there is none. */
  async #compact(askModel: AskModel): Promise<boolean> {
    const { transcript, send, meter } = this.#place
    const choice = this.#place.model()
    const count = cutPoint(transcript.messages, choice.window)
    if (count === 0) return false
    const text = summaryQuestion(transcript.messages.slice(0, count), choice.window)
    const nothing = () => undefined
    const answer = await this.#call({ choice, askModel }, { system: 'You put conversations of coding agents in short, exactly.', messages: [{ role: 'user', text, pictures: [] }], tools: [], effort: undefined }, { text: nothing, reasoning: nothing, said: nothing })
    await transcript.compact(answer.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n'), count)
    meter.forget()
    send({ type: 'compacted' })
    return true
  }
}
