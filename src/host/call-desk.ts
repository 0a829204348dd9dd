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

type CallFact = Extract<HostFact, { type: 'call.wanted' | 'call.seen' }>

/** Where a program asks before a call runs. Everything that is not a clear yes of the engine is a no. */
export class CallDesk {
  readonly #report: (fact: HostFact) => void
  #asked = new Map<string, Asked>()
  #refusing: string | undefined = 'No turn is running.'
  #closed = false

  constructor(report: (fact: HostFact) => void) {
    this.#report = report
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
      this.#report({ type: 'notice', level: 'warning', text: `A call was refused: ${described.reason}` })
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
    this.#report({ ...described.fact, type: 'call.wanted', ...(Object.keys(restsOn).length === 0 ? {} : { restsOn }) })
    return answer.promise
  }

  /** The engine's answer; one for a call that nobody waits for any more changes nothing. */
  verdict(call: string, verdict: Verdict): void {
    const asked = this.#asked.get(call)
    if (asked === undefined) return
    asked.answered = true
    asked.answer.resolve(verdict)
  }

  /** What a call that waits was read out of. */
  restsOn(call: string): CallReading['restsOn'] {
    return this.#asked.get(call)?.restsOn ?? {}
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
