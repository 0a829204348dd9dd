import { BrokenAnswer } from './answer.ts'
import { longestWaitMs, type ServiceProblem, serviceProblem } from './service-problem.ts'

/** A model call that failed for good. */
export class ModelFailure extends Error {
  override readonly name = 'ModelFailure'
  readonly problem: ServiceProblem

  constructor(problem: ServiceProblem) {
    super(problem.message)
    this.problem = problem
  }
}

export interface RetryDeps {
  readonly now: () => number
  /** Between 0 and 1. */
  readonly chance: () => number
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Called before each wait, with what had been said already. */
  readonly onRetry: (problem: ServiceProblem, waitMs: number, broken: BrokenAnswer) => Promise<void>
  readonly signal: AbortSignal
}

/** A place that does not answer at all seldom comes back in a minute. */
const maxTries = { busy: 7, network: 4 } as const
const firstWaitMs = 1_000
const longestBackOffMs = 30_000

/**
 * Asks again while the service is busy: 1, 2, 4 … seconds, or as long as it asks for.
 * @throws {ModelFailure} what will not pass, or has not passed in about a minute and a half; the abort's reason when aborted.
 */
export async function withRetry<Value>(ask: () => Promise<Value>, deps: RetryDeps): Promise<Value> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof BrokenAnswer)) throw error
      deps.signal.throwIfAborted()
      const problem = serviceProblem(error.cause, deps.now())
      const backOff = Math.min(longestBackOffMs, firstWaitMs * 2 ** (tries - 1)) * (0.75 + deps.chance() / 2)
      const waitMs = Math.round(problem.waitMs ?? backOff)
      const passing = problem.kind === 'busy' || problem.kind === 'network' ? maxTries[problem.kind] : 0
      if (tries >= passing || waitMs > longestWaitMs) throw new ModelFailure(problem)
      await deps.onRetry(problem, waitMs, error)
      await deps.pause(waitMs, deps.signal)
    }
  }
}
