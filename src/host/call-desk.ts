import { z } from 'zod'
import { Action } from '../spec/actions.ts'
import { AppError } from '../spec/app-error.ts'
import type { CallReading } from '../spec/ports/call-reader.ts'
import type { ProposedCall, Verdict } from '../spec/ports/harness.ts'
import type { HostFact } from '../spec/ports/host-link.ts'
import { limitText, maxNameBytes } from './limit-text.ts'

/** A call is never cut: what is approved must be what runs. One that is larger is refused. */
const maxInputChars = 4 * 1024 * 1024
const maxActionChars = 1024 * 1024

interface Asked {
  /** What was asked for, exactly: the same id for another call is not the same call. */
  readonly content: string
  readonly restsOn: CallReading['restsOn']
  readonly answer: PromiseWithResolvers<Verdict>
  /** True once the answer was given: a yes is for one run. */
  answered: boolean
}

export interface CallDeskDeps {
  report(fact: HostFact): void
  /** Resolves when files are where they were ordered to before this answer; undefined where none were. Never rejects. */
  restoring?(): Promise<void> | undefined
  /** Which of these things is no longer as it was read; never rejects. */
  changed(restsOn: CallReading['restsOn']): Promise<string | undefined>
}

type CallFact = Extract<HostFact, { type: 'call.wanted' | 'call.seen' }>

/** Where a program asks before a call runs. Everything that is not a clear yes of the engine is a no. */
export class CallDesk {
  readonly #deps: CallDeskDeps
  #asked = new Map<string, Asked>()
  #refusing: string | undefined = 'No turn is running.'
  #closed = false

  constructor(deps: CallDeskDeps) {
    this.#deps = deps
  }

  startTurn(): void {
    this.#asked = new Map()
    this.#refusing = undefined
  }

  /** Refuses what waits and what still comes. */
  refuse(reason: string): void {
    this.#refusing ??= reason
    for (const { answer } of this.#asked.values()) answer.resolve({ type: 'deny', reason })
  }

  /** The session ends: what waits hears no more. */
  close(): void {
    this.#closed = true
    for (const { answer } of this.#asked.values()) answer.reject(new AppError('unavailable', 'The session is closing.'))
  }

  /** See `HarnessContext.authorize`. @param restsOn what the call's actions were read out of */
  authorize(call: ProposedCall, restsOn: CallReading['restsOn'] = {}): Promise<Verdict> {
    if (this.#closed) return Promise.reject(new AppError('unavailable', 'The session is closing.'))
    if (this.#refusing !== undefined) return deny(this.#refusing)
    const described = describeCall(call)
    if (described.type === 'refused') {
      this.#deps.report({ type: 'notice', level: 'warning', text: `A call was refused: ${described.reason}` })
      return deny(described.reason)
    }
    const known = this.#asked.get(call.call)
    if (known !== undefined) {
      // The same question asked twice gets the one answer; a call that has had its answer is another call.
      return !known.answered && known.content === described.content ? known.answer.promise : deny('This call id has been used for another call.')
    }
    const answer = Promise.withResolvers<Verdict>()
    answer.promise.catch(() => undefined) // A program that has gone waits for nothing.
    this.#asked.set(call.call, { content: described.content, restsOn, answer, answered: false })
    this.#deps.report({ ...described.fact, type: 'call.wanted', ...(Object.keys(restsOn).length === 0 ? {} : { restsOn }) })
    return answer.promise
  }

  /**
   * The engine's answer: the first one holds, and one for a call that nobody waits for any more changes nothing. A yes is to
   * what was read: what has changed since is looked at right before the program hears it.
   */
  verdict(call: string, verdict: Verdict): void {
    const asked = this.#asked.get(call)
    if (asked === undefined || asked.answered) return
    asked.answered = true
    const restoring = this.#deps.restoring?.()
    if (verdict.type !== 'allow' || (restoring === undefined && Object.keys(asked.restsOn).length === 0)) return asked.answer.resolve(verdict)
    void (restoring ?? Promise.resolve()).then(() => this.#deps.changed(asked.restsOn)).then((changed) => {
      if (changed === undefined) return asked.answer.resolve(verdict)
      const reason = `It was not run: ${changed} has changed since it was decided. Ask again.`
      this.#deps.report({ type: 'call.done', call, outcome: 'denied', output: reason })
      asked.answer.resolve({ type: 'deny', reason })
    })
  }
}

/** The fact that names a call, or why it cannot be put into words. */
export function describeCall(call: ProposedCall):
  | { readonly type: 'described'; readonly fact: Omit<CallFact, 'type'>; readonly content: string }
  | { readonly type: 'refused'; readonly reason: string } {
  const refused = (reason: string) => ({ type: 'refused', reason }) as const
  const input = toJson(call.input)
  if (input === undefined) return refused('its input cannot be written down as JSON.')
  if (input.text.length > maxInputChars) return refused(`its input is larger than ${maxInputChars} characters.`)
  const actions = z.array(Action).max(1_000).safeParse(call.actions)
  if (!actions.success) return refused('what it does cannot be put into words.')
  const actionText = toJson(actions.data)?.text
  if (actionText === undefined || actionText.length > maxActionChars) return refused('what it does cannot be put into words.')
  const id = limitText(call.call, maxNameBytes)
  if (id.cut || call.call === '') return refused('it has no usable id.')
  const fact = {
    call: id.text, tool: limitText(call.tool, maxNameBytes).text, title: limitText(call.title, maxNameBytes).text, input: input.value, actions: actions.data,
    ...(call.parent === undefined ? {} : { parent: limitText(call.parent, maxNameBytes).text }),
  }
  return { type: 'described', fact, content: JSON.stringify([fact.tool, input.text, actionText]) }
}

/** The value as the log will hold it; undefined when JSON, or well-formed text, cannot say it. */
function toJson(value: unknown): { text: string; value: z.core.util.JSONType } | undefined {
  try {
    // `JSON.stringify` gives undefined for functions and the like, although its type does not say so.
    const text: string | undefined = JSON.stringify(value ?? null)
    // JSON.stringify escapes lone surrogates, and only them, as \ud8xx to \udfxx.
    if (text === undefined || /(?<!\\)(?:\\\\)*\\ud[89a-f]/i.test(text)) return undefined
    // Proof: it has just been made by JSON.stringify.
    return { text, value: JSON.parse(text) as z.core.util.JSONType }
  } catch {
    return undefined // A cycle, a BigInt, or a toJSON that throws.
  }
}

function deny(reason: string): Promise<Verdict> {
  return Promise.resolve({ type: 'deny', reason })
}
