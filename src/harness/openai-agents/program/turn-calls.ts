import type { CallPart, ToolResult } from '../../child-loop/program/conversation.ts'
import type { Turn, TurnPlace } from '../../child-loop/program/turn.ts'
import { callItem } from './service-items.ts'

interface OpenCall {
  readonly part: CallPart
  result: Promise<ToolResult> | undefined
}

/** The calls of the newest answer: the library runs them, their results go into our conversation, in order, once all are there. */
export class TurnCalls {
  readonly #turn: Turn
  readonly #place: TurnPlace
  #open = new Map<string, OpenCall>()

  constructor(turn: Turn, place: TurnPlace) {
    this.#turn = turn
    this.#place = place
  }

  /** The calls as items for the library, under ids of our own: services use theirs twice. */
  offer(calls: readonly CallPart[]): object[] {
    this.#open = new Map(calls.map((part) => [this.#turn.next('c'), { part, result: undefined }]))
    return [...this.#open].map(([name, { part }]) => callItem(name, part))
  }

  /** Runs a call that was offered; what the model is told of it. */
  async run(name: string): Promise<string> {
    const call = this.#open.get(name)
    if (call === undefined) throw new Error(`The library ran the call ${name}, which the model did not make.`)
    call.result ??= this.#place.desk.run(call.part, name, this.#turn.order.signal)
    return (await call.result).output
  }

  /** Keeps the results, those of calls that never ran too. */
  async settle(): Promise<void> {
    const open = [...this.#open]
    this.#open = new Map()
    if (open.length === 0) return
    const results = await Promise.all(open.map(([name, { part, result }]) => result ?? this.#notRun(name, part)))
    await this.#place.transcript.add({ role: 'tool', results })
  }

  async #notRun(name: string, part: CallPart): Promise<ToolResult> {
    // The desk says which tools there are, and runs nothing.
    if (!this.#place.tools.some((tool) => tool.name === part.tool)) return await this.#place.desk.run(part, name, this.#turn.order.signal)
    return { call: part.call, tool: part.tool, failed: true, output: 'Stopped before it was run.' }
  }
}
