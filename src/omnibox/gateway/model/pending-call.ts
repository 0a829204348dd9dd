import type { AnswerReading } from './answer/usage-reader.ts'
import { type Dialect, type ModelCall, type OwnAnswer, paused } from './dialects/dialect.ts'
import { holdBody } from './answer/hold-body.ts'
import { fetchAnswer } from './fetch-answer.ts'
import type { ForwardedRequest, ModelAnswer, ModelExchangeParts, ModelVerdict, Waits, WantedCall } from './model-traffic.ts'
import { maxRequestBytes } from './request/read-request.ts'

/** One request that waits for this call's answer. */
export interface Client {
  readonly request: ForwardedRequest
  readonly gone: AbortSignal
  /** The client did not ask for the usage in the stream. */
  readonly dropUsage: boolean
}

export interface PendingCallOptions {
  readonly parts: ModelExchangeParts
  readonly waits: Waits
  readonly call: string
  readonly run: string
  readonly dialect: Dialect
  readonly asked: ModelCall
  readonly side: boolean
  /** Called once, when no request can join it any more. */
  onOver(): void
}

/**
 * asking: the verdict is not there · granted, refused: it is, and nobody to tell it · answering: sent to the service · over.
 * A client comes, waits, goes, and another takes its place; the call stays the same one.
 */
type State = 'asking' | 'granted' | 'refused' | 'answering' | 'over'

/** The life of one model call: wanted once, sent at most once, done once, however often its client comes back. */
export class PendingCall {
  readonly #options: PendingCallOptions
  readonly #withdrawn = new AbortController()
  readonly #cut = new AbortController()
  #state: State = 'asking'
  #client: { readonly client: Client; answer(answer: ModelAnswer): void; leave(): void } | undefined
  /** An answer that came while no client was there. */
  #held: ModelAnswer | undefined
  /** Reads what was answered so far, once something is. */
  #soFar: (() => AnswerReading) | undefined
  #reason = ''
  #parked = false
  /** A client waits, or will be back for the same answer. */
  #awaited = true
  #streaming = false
  #done = false
  #waitUntil: number | undefined
  #cancelTimer: () => void = () => undefined

  constructor(options: PendingCallOptions) {
    this.#options = options
    const { parts, call, run, dialect, asked, side, waits } = options
    const quick = parts.clock.after(waits.quickMs, () => {
      this.#parked = true
    })
    const wanted = { call, run, dialect: dialect.id, model: asked.model, tokens: { input: asked.inputTokens, output: asked.maxOutput }, side }
    verdictOf(parts, wanted, this.#withdrawn.signal).then((verdict) => {
      quick()
      return verdict.type === 'allow' ? this.#allowed() : this.#denied(verdict.reason)
    }).catch((error: unknown) => this.#failed(error))
  }

  /** Somebody waits for a person's answer. */
  get isParked(): boolean {
    return this.#state === 'asking' && this.#parked
  }

  /** True when a request that asks for this takes up this call instead of making its own. */
  takes(asked: ModelCall): boolean {
    if (this.#client !== undefined || this.#streaming || this.#state === 'over') return false
    const { asked: wanted } = this.#options
    // What was allowed was allowed for so much. A program that comes back may have a little more to say.
    const fits = asked.model === wanted.model && asked.maxOutput <= wanted.maxOutput && asked.inputTokens <= wanted.inputTokens * 1.1 + 2_000
    return fits && (this.#state !== 'answering' || asked.stream === wanted.stream)
  }

  serve(client: Client): Promise<ModelAnswer> {
    return new Promise((resolve) => {
      const gone = () => this.#gone(client)
      this.#awaited = true
      this.#client = { client, answer: resolve, leave: () => client.gone.removeEventListener('abort', gone) }
      client.gone.addEventListener('abort', gone, { once: true })
      if (client.gone.aborted) return gone()
      this.#cancelTimer()
      if (this.#state === 'asking') this.#waitForVerdict()
      else if (this.#state === 'granted') this.#send(client)
      else if (this.#state === 'refused') this.#refuse(this.#options.dialect.refusal(this.#reason, { headersSent: false }))
      else if (this.#held !== undefined) this.#deliver(this.#held)
    })
  }

  /** The turn is over: nobody comes back. */
  end(reason: string): void {
    if (this.#state === 'answering') return this.#cutOff()
    if (this.#client !== undefined) this.#reply(own(this.#options.dialect.refusal(reason, { headersSent: false })))
    if (this.#state === 'granted') this.#finish({})
    this.#withdraw()
  }

  #waitForVerdict(): void {
    const { parts, run, side, waits } = this.#options
    const now = parts.clock.now()
    // The first connection's wait goes on in those that follow it: a person's patience does not start anew.
    this.#waitUntil ??= now + (side ? waits.quickMs : Math.max(waits.quickMs, parts.patienceMs(run)))
    this.#cancelTimer = parts.clock.after(Math.max(0, this.#waitUntil - now), () => this.#outOfPatience())
  }

  /** The turn ends, the ask stays open: what is decided later holds for the next request. */
  #outOfPatience(): void {
    const { dialect, side } = this.#options
    this.#waitUntil = undefined
    this.#awaited = false
    if (!side) return this.#reply(own(paused(dialect, 'the call to the model is not decided yet.')))
    this.#reply(own(dialect.refusal('Nobody is asked about a call that is beside the work.', { headersSent: false })))
    this.#withdraw()
  }

  #allowed(): void {
    if (this.#state !== 'asking') return this.#finish({})
    this.#state = 'granted'
    this.#cancelTimer()
    if (this.#client !== undefined) return this.#send(this.#client.client)
    this.#keep(this.#options.waits.keepMs, () => this.#finish({}))
  }

  #denied(reason: string): void {
    this.#finish({})
    if (this.#state !== 'asking') return
    this.#state = 'refused'
    this.#reason = reason
    this.#cancelTimer()
    if (this.#client !== undefined) return this.#refuse(this.#options.dialect.refusal(reason, { headersSent: false }))
    // A program that was told to wait has ended its turn: what it asks next is another question.
    if (!this.#awaited) return this.#over()
    this.#keep(this.#options.waits.retryMs, () => undefined)
  }

  #refuse(answer: OwnAnswer): void {
    this.#reply(own(answer))
    this.#over()
  }

  #keep(forMs: number, unused: () => void): void {
    this.#cancelTimer = this.#options.parts.clock.after(forMs, () => {
      unused()
      this.#over()
    })
  }

  #gone(client: Client): void {
    if (this.#client?.client !== client) return
    this.#reply(nobodyThere())
    const { parts, side, waits } = this.#options
    if (this.#state === 'asking') {
      if (side) return this.#withdraw()
      this.#cancelTimer()
      this.#cancelTimer = parts.clock.after(waits.retryMs, () => this.#withdraw())
    } else if (this.#state === 'answering') {
      // After a long wait a client's own timer closes as well, and it comes back for the answer.
      if (!this.#parked) return this.#cutOff()
      this.#cancelTimer()
      this.#cancelTimer = parts.clock.after(waits.retryMs, () => this.#cutOff())
    }
  }

  #withdraw(): void {
    this.#over()
    this.#withdrawn.abort()
  }

  #send(client: Client): void {
    const { parts, dialect, asked, run } = this.#options
    this.#state = 'answering'
    fetchAnswer({ parts, dialect, asked, run, cut: this.#cut.signal, ...client }, {
      measured: (soFar) => {
        this.#soFar = soFar
      },
      over: (reading) => {
        this.#finish(reading)
        if (this.#streaming) this.#over()
      },
    }).then((answer) => this.#answered(answer)).catch((error: unknown) => this.#failed(error))
  }

  #answered(answer: ModelAnswer): void {
    if (this.#client !== undefined) return this.#deliver(answer)
    if (this.#state === 'over') return
    this.#held = { ...answer, body: holdBody(answer.body, maxRequestBytes) }
  }

  /** From here on the client's going away is an interruption. */
  #deliver(answer: ModelAnswer): void {
    const { client } = this.#client ?? {}
    this.#streaming = true
    if (client === undefined) return
    client.gone.addEventListener('abort', () => this.#cutOff(), { once: true })
    this.#reply({ ...answer, body: cuttable(answer.body, () => this.#cutOff()) })
    if (this.#done) this.#over()
  }

  #cutOff(): void {
    if (this.#done && this.#state === 'over') return
    this.#cut.abort()
    const { inputTokens } = this.#options.asked
    this.#finish(this.#soFar?.() ?? { usage: { input: inputTokens, output: 0 }, estimated: true })
    this.#over()
  }

  #failed(error: unknown): void {
    this.#finish(this.#cut.signal.aborted ? (this.#soFar?.() ?? {}) : {})
    this.#reply({ status: 502, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: once(`The model service could not be reached: ${error instanceof Error ? error.message : String(error)}`) })
    this.#over()
  }

  #reply(answer: ModelAnswer): void {
    const waiting = this.#client
    this.#leave()
    waiting?.answer(answer)
  }

  #leave(): void {
    this.#client?.leave()
    this.#client = undefined
  }

  #finish({ model, usage, estimated }: AnswerReading): void {
    if (this.#done) return
    this.#done = true
    const { parts, call, run } = this.#options
    parts.done({ call, run, ...(model === undefined ? {} : { model }), ...(usage === undefined ? {} : { usage }), ...(estimated === undefined ? {} : { estimated }) })
  }

  #over(): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#cancelTimer()
    this.#options.onOver()
  }
}

/** What can not be decided is denied. */
async function verdictOf(parts: ModelExchangeParts, wanted: WantedCall, withdrawn: AbortSignal): Promise<ModelVerdict> {
  try {
    return await parts.want(wanted, withdrawn)
  } catch (error) {
    return { type: 'deny', reason: error instanceof Error ? error.message : 'The call could not be decided.' }
  }
}

/** For a client that has gone: whoever waits for its answer is not left waiting. */
const nobodyThere = (): ModelAnswer => ({ status: 499, headers: {}, body: once('') })

export function own({ status, headers, body }: OwnAnswer): ModelAnswer {
  return { status, headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) }, body: once(body) }
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

/** A body whose taker may stop at any time, also while nothing comes: then what it is read from is cut first. */
function cuttable(body: ModelAnswer['body'], cut: () => void): ModelAnswer['body'] {
  const inner = body[Symbol.asyncIterator]()
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => inner.next(),
      return: async () => {
        cut()
        // What it is read from may say that it was cut: so it was.
        await inner.return?.().catch(() => undefined)
        return { done: true, value: undefined }
      },
    }),
  }
}
