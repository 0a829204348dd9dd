import { count, type JsonRecord, record, text } from '../json-program.ts'

/** What the program says of its model calls: each of its own as it streams, and the sum over everything with each `result`. */
export class UsageMeter {
  readonly #windows = new Map<string, number>()
  #call: { model: string; usage: JsonRecord } | undefined
  /** Of calls that were reported one by one, since the last `result`. */
  #told: Tokens = zero
  #total: Tokens = zero
  #costUsd = 0

  /** A conversation that is taken up again goes on counting where it was. */
  startFrom(totals: JsonRecord): void {
    this.#total = sumOf(record(totals['model_usage']))
    this.#costUsd = dollars(totals['total_cost_usd'])
  }

  hearStart(message: JsonRecord): void {
    this.#call = { model: text(message['model']), usage: record(message['usage']) }
  }

  /** `message_delta` repeats what it knows better than `message_start` did. */
  hearDelta(usage: JsonRecord): void {
    if (this.#call !== undefined) this.#call = { ...this.#call, usage: { ...this.#call.usage, ...usage } }
  }

  /** The call is over. */
  endCall(): { readonly model: string; readonly usage: Tokens & { readonly cacheWrite1h?: number }; readonly used: number; readonly window?: number } | undefined {
    const call = this.#call
    this.#call = undefined
    if (call === undefined) return undefined
    const usage: Tokens = {
      input: count(call.usage['input_tokens']), output: count(call.usage['output_tokens']),
      cacheRead: count(call.usage['cache_read_input_tokens']), cacheWrite: count(call.usage['cache_creation_input_tokens']),
    }
    this.#told = add(this.#told, usage)
    const window = this.#windows.get(call.model)
    const long = count(record(call.usage['cache_creation'])['ephemeral_1h_input_tokens'])
    return { model: call.model, usage: { ...usage, ...(long === 0 ? {} : { cacheWrite1h: long }) }, used: usage.input + usage.output + usage.cacheRead + usage.cacheWrite, ...(window === undefined ? {} : { window }) }
  }

  /** What a `result` adds: the cost since the last one, and tokens that no call of its own has told (sub-agents, summaries, a call that was cut off). */
  hearResult(result: JsonRecord): { readonly microUsd: number; readonly rest?: Tokens; readonly model?: string } {
    this.#call = undefined
    const models = record(result['modelUsage'])
    for (const [model, usage] of Object.entries(models)) if (count(record(usage)['contextWindow']) > 0) this.#windows.set(model, count(record(usage)['contextWindow']))
    const total = sumOf(models)
    const rest = less(less(total, this.#total), this.#told)
    const cost = dollars(result['total_cost_usd'])
    const microUsd = Math.max(0, Math.round((cost - this.#costUsd) * 1_000_000))
    // A program that failed at its start says zero; the sums do not go back.
    if (cost >= this.#costUsd) [this.#total, this.#costUsd] = [total, cost]
    this.#told = zero
    const [model, another] = Object.keys(models)
    return { microUsd, ...(rest.input + rest.output + rest.cacheRead + rest.cacheWrite === 0 ? {} : { rest }), ...(model === undefined || another !== undefined ? {} : { model }) }
  }
}

type Tokens = { readonly [Kind in 'input' | 'output' | 'cacheRead' | 'cacheWrite']: number }
const zero: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }
const dollars = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)

const add = (left: Tokens, right: Tokens): Tokens => ({
  input: left.input + right.input, output: left.output + right.output, cacheRead: left.cacheRead + right.cacheRead, cacheWrite: left.cacheWrite + right.cacheWrite,
})
const less = (left: Tokens, right: Tokens): Tokens => ({
  input: Math.max(0, left.input - right.input), output: Math.max(0, left.output - right.output),
  cacheRead: Math.max(0, left.cacheRead - right.cacheRead), cacheWrite: Math.max(0, left.cacheWrite - right.cacheWrite),
})

function sumOf(models: JsonRecord): Tokens {
  return Object.values(models).map(record).reduce<Tokens>((sum, usage) => add(sum, {
    input: count(usage['inputTokens']), output: count(usage['outputTokens']), cacheRead: count(usage['cacheReadInputTokens']), cacheWrite: count(usage['cacheCreationInputTokens']),
  }), zero)
}
