import type { Billing } from '../../spec/events/turn-data.ts'
import type { HarnessContext } from '../../spec/ports/harness.ts'
import { type JsonRecord, record, records, text } from '../json-program.ts'
import { UsageMeter } from './usage-meter.ts'

/** The main conversation's model calls as steps: text and thinking while they stream, messages when a block is whole, usage at the end. */
export class ClaudeSteps {
  readonly meter = new UsageMeter()
  /** Who pays, once the program has said it. */
  billing: Billing | undefined
  readonly #emit: HarnessContext['emit']
  readonly #born: string
  #items = 0
  #steps = 0
  /** Of the step that is over and not yet reported: the last one of a turn also carries its cost. */
  #ended: NonNullable<ReturnType<UsageMeter['endCall']>> | undefined
  #open = false
  /** A block has streamed whose message is still to come. */
  #streamed = false

  constructor(context: Pick<HarnessContext, 'emit' | 'clock'>) {
    this.#emit = context.emit
    this.#born = context.clock.now().toString(36)
  }

  hearStream(event: JsonRecord): void {
    const delta = record(event['delta'])
    switch (event['type']) {
      case 'message_start': {
        this.#report(undefined)
        const message = record(event['message'])
        this.meter.hearStart(message)
        this.#start(text(message['model']))
        return
      }
      case 'content_block_start':
        this.#items += 1
        this.#streamed = true
        return
      case 'content_block_delta': {
        if (delta['type'] === 'text_delta') this.#emit({ type: 'text', item: this.#item, text: text(delta['text']) })
        if (delta['type'] === 'thinking_delta') this.#emit({ type: 'reasoning', item: this.#item, text: text(delta['thinking']) })
        return
      }
      case 'message_delta': return this.meter.hearDelta(record(event['usage']))
      case 'message_stop':
        this.#ended = this.meter.endCall()
        return
      default: return
    }
  }

  /** One block a message: it arrives before the stream's own end of the block. What the program answers to a slash command was not streamed. */
  hearMessage(message: JsonRecord): void {
    for (const block of records(message['content'])) {
      if (!this.#streamed) this.#items += 1
      this.#streamed = false
      if (block['type'] === 'text') this.#emit({ type: 'message', item: this.#item, text: text(block['text']) })
      if (block['type'] === 'thinking') this.#emit({ type: 'message', item: this.#item, text: '', reasoning: text(block['thinking']) })
    }
  }

  /** What the program itself says, not its model: an answer to a slash command, a plan. */
  say(said: string): void {
    this.#items += 1
    this.#emit({ type: 'message', item: this.#item, text: said })
  }

  /** The program tells only at the end of a turn what it cost: the last step carries it for all of them. */
  hearResult(result: JsonRecord): void {
    const { microUsd, rest, model } = this.meter.hearResult(result)
    this.#report(rest === undefined ? microUsd : undefined)
    if (rest === undefined && !this.#open) return
    if (!this.#open) this.#start(model ?? '')
    this.#end({ ...(model === undefined ? {} : { model }), usage: { ...(rest ?? { input: 0, output: 0 }), reportedSinceMicroUsd: microUsd } })
  }

  /** The program is gone: what its last step cost is not known. */
  close(): void {
    this.#report(undefined)
    if (this.#open) this.#end({})
  }

  #report(reportedSinceMicroUsd: number | undefined): void {
    const ended = this.#ended
    this.#ended = undefined
    if (ended === undefined) return
    const { model, usage, used, window } = ended
    this.#emit({ type: 'context', used, ...(window === undefined ? {} : { window }) })
    this.#end({ model, usage: { ...usage, ...(reportedSinceMicroUsd === undefined ? {} : { reportedSinceMicroUsd }) } })
  }

  #start(model: string): void {
    this.#steps += 1
    this.#open = true
    this.#emit({ type: 'step.started', step: this.#step, ...(model === '' ? {} : { model }) })
  }

  #end(ending: Omit<Extract<Parameters<HarnessContext['emit']>[0], { type: 'step.ended' }>, 'type' | 'step'>): void {
    this.#open = false
    this.#emit({ type: 'step.ended', step: this.#step, ...ending, ...(this.billing === undefined ? {} : { billing: this.billing }) })
  }

  get #item(): string {
    return `cc-${this.#born}-${this.#items}`
  }

  get #step(): string {
    return `cc-${this.#born}-step-${this.#steps}`
  }
}
