import type { HarnessContext } from '../../spec/ports/harness.ts'
import { type JsonRecord, record, text } from '../json-program.ts'

const spent = new Set(['usageLimitExceeded', 'rateLimitExceeded'])

/** Tells people when the account or the service lets no more through, and until when; once for each limit. */
export class ServiceLimits {
  readonly #emit: HarnessContext['emit']
  #resetAt: number | undefined
  #told: string | undefined

  constructor(emit: HarnessContext['emit']) {
    this.#emit = emit
  }

  /** What the account has left, told with every answer. Times are in seconds. */
  hearAccount(limits: JsonRecord): void {
    const windows = [record(limits['primary']), record(limits['secondary'])].filter((window) => Number(window['usedPercent'] ?? 0) >= 100)
    const resets = windows.map((window) => Number(window['resetsAt'] ?? 0)).filter((seconds) => seconds > 0)
    this.#resetAt = resets.length === 0 ? undefined : Math.max(...resets) * 1_000
    const reached = text(limits['rateLimitReachedType'])
    if (windows.length === 0 && reached === '') this.#told = undefined
    else this.#tell(reached === '' ? 'The usage limit of the account is reached.' : `The account is limited: ${reached.replaceAll('_', ' ')}.`)
  }

  /** A model call has failed. */
  hearError(error: JsonRecord): void {
    if (spent.has(text(error['codexErrorInfo']))) this.#tell(text(error['message']) || 'The usage limit is reached.')
  }

  #tell(message: string): void {
    const limit = String(this.#resetAt ?? message)
    if (this.#told === limit) return
    this.#told = limit
    this.#emit({ type: 'limited', message, ...(this.#resetAt === undefined ? {} : { resetAt: this.#resetAt }) })
  }
}
