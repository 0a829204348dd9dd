import type { Usage } from '../../spec/events/usage.ts'
import type { HarnessContext } from '../../spec/ports/harness.ts'

/** Puts pieces of text and thought together into messages, and messages into steps. */
export class SpokenItems {
  readonly #context: HarnessContext
  readonly #born: string
  #items = 0
  #steps = 0
  #step: string | undefined
  #open: { readonly item: string; readonly message: string; text: string; reasoning: string } | undefined

  constructor(context: HarnessContext) {
    this.#context = context
    this.#born = context.clock.now().toString(36)
  }

  startStep(): void {
    if (this.#step !== undefined) return
    this.#step = `${this.#born}-s${(this.#steps += 1)}`
    this.#context.emit({ type: 'step.started', step: this.#step, ...this.#model })
  }

  /** @param message the program's id of the message, where it gives one: another id is another message. */
  say(text: string, message = ''): void {
    const item = this.#itemOf(message)
    item.text += text
    this.#context.emit({ type: 'text', item: item.item, text })
  }

  think(text: string): void {
    if (text === '') return
    const item = this.#itemOf('')
    item.reasoning += text
    this.#context.emit({ type: 'reasoning', item: item.item, text })
  }

  /** What was said so far is one message. */
  flush(): void {
    const open = this.#open
    this.#open = undefined
    if (open === undefined) return
    this.#context.emit({ type: 'message', item: open.item, text: open.text, ...(open.reasoning === '' ? {} : { reasoning: open.reasoning }) })
  }

  endStep(usage?: Usage): void {
    this.flush()
    if (usage !== undefined) this.startStep()
    if (this.#step === undefined) return
    this.#context.emit({ type: 'step.ended', step: this.#step, ...(usage === undefined ? {} : { usage }), ...this.#model })
    this.#step = undefined
  }

  get #model() {
    return this.#context.model === undefined ? {} : { model: this.#context.model }
  }

  #itemOf(message: string) {
    if (this.#open !== undefined && message !== '' && this.#open.message !== '' && this.#open.message !== message) this.flush()
    this.startStep()
    this.#open ??= { item: `${this.#born}-m${(this.#items += 1)}`, message, text: '', reasoning: '' }
    return this.#open
  }
}
