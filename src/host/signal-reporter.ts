import { type Choice, maxChoices } from '../spec/events/session-data.ts'
import type { HarnessSignal } from '../spec/ports/harness.ts'
import type { Credential, HostFact, ToEngine } from '../spec/ports/host-link.ts'
import { billingOf } from './billing-of.ts'
import { describeCall } from './call-desk.ts'
import { limitText, maxNameBytes, maxNoteBytes, maxReasoningBytes, maxTextBytes } from './limit-text.ts'

export type DeltaPart = Pick<Extract<ToEngine, { type: 'delta' }>, 'item' | 'kind' | 'offset' | 'text'>

export interface ReporterDeps {
  readonly harness: string
  /** Of the agent: offered as slash commands beside the program's own. */
  readonly skills: readonly { readonly name: string; readonly description: string }[]
  /** What its program signs in with. */
  readonly credential: Credential
  fact(fact: HostFact): void
  delta(delta: DeltaPart): void
  /** Called once when the program says more than a turn can hold. */
  overflow(): void
}

/** The signals that only report; the others end a turn or a program, and are its runner's. */
export type ReportSignal = Exclude<HarnessSignal, { type: 'settled' | 'exited' | 'steer.landed' | 'resume.lost' }>

/** Facts of one turn: more is no conversation but a flood. */
const maxFactsPerTurn = 50_000
/** Items that are streamed at once, and what is kept of one in case it is cut off. */
const maxItems = 1_000
const maxPartialChars = 1024 * 1024
const maxDeltaChars = 64 * 1024
const maxPlanEntries = 200
const maxTokenBytes = 64 * 1024
const maxChoiceChars = 200

/** Turns a program's signals into facts and deltas, every field within bounds. */
export class SignalReporter {
  readonly #deps: ReporterDeps
  readonly #offsets = new Map<string, number>()
  readonly #partials = new Map<string, string>()
  #facts = 0
  #ready: { version: string; model?: string } | undefined
  #resume: string | undefined
  #commands: readonly Choice[] = []
  #context: { used: number; window?: number } | undefined

  constructor(deps: ReporterDeps) {
    this.#deps = deps
  }

  get harness(): string {
    return this.#deps.harness
  }

  startTurn(): void {
    this.#facts = 0
    this.#offsets.clear()
    this.#partials.clear()
  }

  /** What was streamed and never completed is kept, as partial. */
  endTurn(): void {
    for (const [item, text] of this.#partials) if (text !== '') this.#deps.fact({ type: 'message', item, text: text.toWellFormed(), partial: true })
    this.startTurn()
  }

  hear(signal: ReportSignal): void {
    switch (signal.type) {
      case 'text': return this.#stream('text', signal.item, signal.text)
      case 'reasoning': return this.#stream('reasoning', signal.item, signal.text)
      case 'tool.output': return this.#stream('output', signal.call, signal.text)
      case 'message': return this.#message(signal)
      case 'ready': {
        const { version, model } = signal
        this.#ready = { version: name(version), ...(model === undefined ? {} : { model: name(model) }) }
        return this.#sayReady()
      }
      case 'resume': return this.#token(signal.token)
      case 'context': {
        this.#context = { used: signal.used, ...(signal.window === undefined ? {} : { window: signal.window }) }
        return
      }
      case 'step.started': return this.#fact({ type: 'step.started', step: name(signal.step), ...modelOf(signal.model) })
      case 'step.ended': {
        const usage = signal.usage === undefined ? {} : { usage: signal.usage }
        const context = this.#context === undefined ? {} : { context: this.#context }
        const billing = billingOf(this.#deps.credential, signal.billing)
        return this.#fact({ type: 'step.ended', step: name(signal.step), ...modelOf(signal.model), ...usage, ...context, ...(billing === undefined ? {} : { billing }) })
      }
      case 'tool.seen': {
        const described = describeCall(signal)
        if (described.type === 'described') return this.#fact({ ...described.fact, type: 'call.seen' })
        return this.#note('warning', `A call that ran could not be described: ${described.reason}`)
      }
      case 'tool.done': return this.#done(signal)
      case 'plan': {
        const entries = signal.entries.slice(0, maxPlanEntries).map(({ text, status }) => ({ text: limitText(text, maxNoteBytes).text, status }))
        return this.#fact({ type: 'plan', entries })
      }
      case 'compacted': return this.#fact({ type: 'compacted' })
      case 'title': return this.#fact({ type: 'title', text: limitText(signal.text, maxNoteBytes).text })
      case 'offers': return this.#offers(signal)
      case 'limited': {
        const reset = signal.resetAt === undefined ? {} : { resetAt: signal.resetAt }
        return this.#fact({ type: 'limited', message: limitText(signal.message, maxNoteBytes).text, ...reset })
      }
      case 'notice': return this.#note(signal.level, signal.text)
    }
  }

  #offers({ commands, models }: Extract<HarnessSignal, { type: 'offers' }>): void {
    if (commands !== undefined) this.#commands = commands
    const skills = this.#deps.skills.map(({ name: id, description }) => ({ id, title: description }))
    const own = this.#commands.filter(({ id }) => !skills.some((skill) => skill.id === id))
    this.#fact({ type: 'offers', commands: [...skills, ...own].slice(0, maxChoices).map(bounded), ...(models === undefined ? {} : { models: models.slice(0, maxChoices).map(bounded) }) })
  }

  #fact(fact: HostFact): void {
    this.#facts += 1
    if (this.#facts === maxFactsPerTurn) this.#deps.overflow()
    if (this.#facts < maxFactsPerTurn) this.#deps.fact(fact)
  }

  #note(level: 'info' | 'warning', text: string): void {
    this.#fact({ type: 'notice', level, text: limitText(text, maxNoteBytes).text })
  }

  /** Offsets count UTF-16 units, so that a reader can add pieces up without decoding. */
  #stream(kind: DeltaPart['kind'], id: string, text: string): void {
    const item = name(id)
    const key = `${kind}/${item}`
    const offset = this.#offsets.get(key) ?? 0
    if (offset === 0 && this.#offsets.size >= maxItems * 3) return
    this.#offsets.set(key, offset + text.length)
    if (kind === 'text') this.#keep(item, text)
    for (let at = 0; at < text.length; at += maxDeltaChars) {
      this.#deps.delta({ item, kind, offset: offset + at, text: text.slice(at, at + maxDeltaChars) })
    }
  }

  #keep(item: string, text: string): void {
    const kept = this.#partials.get(item)
    if (kept === undefined && this.#partials.size >= maxItems) return
    this.#partials.set(item, ((kept ?? '') + text).slice(0, maxPartialChars))
  }

  #message(signal: Extract<HarnessSignal, { type: 'message' }>): void {
    const item = name(signal.item)
    this.#partials.delete(item)
    const text = this.#cut(signal.text, maxTextBytes, 'A message')
    const reasoning = signal.reasoning === undefined || signal.reasoning === '' ? {} : { reasoning: this.#cut(signal.reasoning, maxReasoningBytes, 'Reasoning') }
    this.#fact({ type: 'message', item, text, ...reasoning })
  }

  #done(signal: Extract<HarnessSignal, { type: 'tool.done' }>): void {
    const { outcome, exitCode } = signal
    const output = this.#cut(signal.output, maxTextBytes, 'The output of a call')
    this.#fact({ type: 'call.done', call: name(signal.call), outcome, output, ...(Number.isInteger(exitCode) ? { exitCode } : {}) })
  }

  #cut(text: string, maxBytes: number, what: string): string {
    const limited = limitText(text, maxBytes)
    if (limited.cut) this.#note('warning', `${what} was larger than ${maxBytes / 1024 / 1024} MiB; its middle is left out.`)
    return limited.text
  }

  #token(token: string): void {
    // Cut, it would be another token.
    if (token === this.#resume || limitText(token, maxTokenBytes).text !== token) return
    this.#resume = token
    this.#sayReady()
  }

  #sayReady(): void {
    if (this.#ready === undefined) return
    const resume = this.#resume === undefined ? {} : { resume: this.#resume }
    this.#fact({ type: 'harness.ready', harness: this.#deps.harness, ...this.#ready, ...resume })
  }
}

const bounded = ({ id, title }: Choice): Choice => ({ id: cut(id), title: cut(title) })
const cut = (text: string): string => text.slice(0, maxChoiceChars).toWellFormed()

function name(text: string): string {
  return limitText(text, maxNameBytes).text
}

function modelOf(model: string | undefined): { model?: string } {
  return model === undefined ? {} : { model: name(model) }
}
