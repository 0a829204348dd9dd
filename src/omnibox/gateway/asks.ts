import type { Clock } from '../../spec/ports/clock.ts'
import { createKeptAnswers } from './kept-answers.ts'
import type { Limits } from './limits.ts'
import type { Authorize } from './authorize.ts'
import type { NetRequest, NetVerdict } from '../../spec/net/net-request.ts'

export type AskAnswer =
  | { readonly type: 'verdict'; readonly verdict: NetVerdict; readonly by: 'gateway' | 'authorize' | 'grant' }
  /** Held as long as a client bears: it is told to come again, and the ask stays open. */
  | { readonly type: 'waiting' }
  /** The client has gone, or the session. */
  | { readonly type: 'gone' }

export interface Asks {
  /**
   * Resolves when there is an answer for this request, never rejects. `key` is what makes two requests the same; `live` aborts when
   * the client goes.
   */
  ask(request: NetRequest, key: string, live: AbortSignal): Promise<AskAnswer>
  /** Withdraws everything. */
  close(): void
}

interface Waiter {
  answer(answer: AskAnswer): void
  again(): void
}

interface Ask {
  readonly startedAt: number
  readonly key: string
  readonly controller: AbortController
  readonly waiters: Set<Waiter>
  cancelMark(): void
  /** Somebody was told to come again, so the ask outlives its waiters. */
  told: boolean
  cancelWithdrawal(): void
}

/**
 * Asks and waits. A question belongs to what is asked, not to a connection: while one is open and its client has gone, or it is older
 * than `joinAfterMs` (it waits for a person), the same request joins it. One answer lets one request through: the newest
 * that waits; the others ask anew. If none waits, the answer is kept for the next one, once, for `grantMs`. A refusal
 * goes to all.
 */
export function createAsks(options: { readonly authorize: Authorize; readonly clock: Clock; readonly limits: Limits; onWaiting(request: NetRequest): void }): Asks {
  const { authorize, clock, limits } = options
  const open = new Set<Ask>()
  const kept = createKeptAnswers({ keepMs: limits.grantMs, now: () => clock.now() })

  const end = (ask: Ask): void => {
    open.delete(ask)
    ask.cancelMark()
    ask.cancelWithdrawal()
  }
  const withdraw = (ask: Ask): void => {
    end(ask)
    ask.controller.abort()
  }
  const settle = (ask: Ask, verdict: NetVerdict): void => {
    if (!open.has(ask)) return // Withdrawn.
    end(ask)
    const waiters = [...ask.waiters]
    const newest = waiters.pop()
    if (newest === undefined) kept.keep(ask.key, verdict)
    newest?.answer({ type: 'verdict', verdict, by: 'authorize' })
    for (const waiter of waiters) {
      if (verdict.type === 'deny') waiter.answer({ type: 'verdict', verdict, by: 'authorize' })
      else waiter.again()
    }
  }
  const start = (request: NetRequest, key: string): Ask => {
    const controller = new AbortController()
    const ask: Ask = { startedAt: clock.now(), key, controller, waiters: new Set(), told: false, cancelMark: clock.after(limits.joinAfterMs, () => options.onWaiting(request)), cancelWithdrawal: () => undefined }
    open.add(ask)
    void Promise.resolve().then(() => authorize(request, controller.signal)).catch((): NetVerdict => ({ type: 'deny', rule: 'gateway/undecided', message: 'It could not be decided whether this request may go out.' })).then((verdict) => settle(ask, verdict))
    return ask
  }

  const ask = (request: NetRequest, key: string, live: AbortSignal): Promise<AskAnswer> => {
    if (live.aborted) return Promise.resolve({ type: 'gone' })
    const granted = kept.take(key)
    if (granted !== undefined) return Promise.resolve({ type: 'verdict', verdict: granted, by: 'grant' })
    const joined = [...open].find((each) => each.key === key && (each.waiters.size === 0 || clock.now() - each.startedAt >= limits.joinAfterMs))
    if (joined === undefined && open.size >= limits.maxOpenAsks) {
      return Promise.resolve({ type: 'verdict', verdict: { type: 'deny', rule: 'gateway/too-many-asks', message: `${open.size} requests wait for an answer already.` }, by: 'gateway' })
    }
    return wait(joined ?? start(request, key), request, live)
  }
  const wait = (each: Ask, request: NetRequest, live: AbortSignal): Promise<AskAnswer> => {
    const { promise, resolve } = Promise.withResolvers<AskAnswer>()
    each.cancelWithdrawal()
    const leave = (): void => {
      each.waiters.delete(waiter)
      cancelHold()
      live.removeEventListener('abort', onGone)
    }
    const waiter: Waiter = {
      answer(answer) {
        leave()
        // It went in the very moment: its answer is for the retry.
        if (live.aborted && answer.type === 'verdict') kept.keep(each.key, answer.verdict)
        resolve(live.aborted ? { type: 'gone' } : answer)
      },
      again() {
        leave()
        resolve(ask(request, each.key, live))
      },
    }
    const onGone = (): void => {
      leave()
      if (each.waiters.size === 0 && !each.told && open.has(each)) each.cancelWithdrawal = clock.after(limits.retryMs, () => withdraw(each))
      resolve({ type: 'gone' })
    }
    const cancelHold = clock.after(limits.holdMs, () => {
      each.told = true
      waiter.answer({ type: 'waiting' })
    })
    each.waiters.add(waiter)
    live.addEventListener('abort', onGone, { once: true })
    return promise
  }
  return {
    ask,
    close() {
      for (const each of open) {
        withdraw(each)
        for (const waiter of each.waiters) waiter.answer({ type: 'gone' })
      }
      kept.clear()
    },
  }
}
