import { z } from 'zod'
import type { FromProgram, ToProgram } from '../protocol.ts'
import { inputs, type OwnUse, type ToolName, ToolUse } from '../tools.ts'
import type { CallPart, ToolResult } from './conversation.ts'
import { runTool, type ToolPlace } from './run-tool.ts'

type Reply = Extract<ToProgram, { type: 'verdict' | 'result' }>

export interface CallDeskDeps extends Omit<ToolPlace, 'allowed' | 'signal'> {
  readonly send: (message: FromProgram) => void
  readonly tools: readonly ToolName[]
}

/** Where the model's calls are asked for and run. Each gives exactly one result, whatever happens. */
export class CallDesk {
  readonly #deps: CallDeskDeps
  readonly #waiting = new Map<string, (reply: Reply) => void>()
  /** Changes of one file wait for each other. */
  readonly #busy = new Map<string, Promise<unknown>>()

  constructor(deps: CallDeskDeps) {
    this.#deps = deps
  }

  hear(reply: Reply): void {
    const answer = this.#waiting.get(reply.call)
    this.#waiting.delete(reply.call)
    answer?.(reply)
  }

  /** Runs a call under our own id `name`: services use theirs twice. Aborted, it answers so at once. */
  async run(part: CallPart, name: string, signal: AbortSignal): Promise<ToolResult> {
    const result = (output: string, failed: boolean): ToolResult => ({ call: part.call, tool: part.tool, output, failed })
    const parsed = ToolUse.safeParse({ tool: part.tool, input: part.input })
    if (!this.#deps.tools.some((tool) => tool === part.tool)) return result(`There is no tool "${part.tool}". Tools: ${this.#deps.tools.join(', ') || 'none'}.`, true)
    if (!parsed.success) return result(`The input does not fit ${part.tool}:\n${z.prettifyError(parsed.error)}\nIt takes: ${Object.keys(inputs[part.tool as ToolName].shape).join(', ')}.`, true)
    const use = parsed.data
    try {
      const reply = await this.#ask(name, use, signal)
      if (reply.type === 'result') return result(reply.output, reply.failed)
      if (!reply.allow) return result(`Not done: ${reply.reason ?? 'refused'}`, true)
      // Proof: the adapter answers these two with a result, never with a yes.
      if (use.tool === 'shell' || use.tool === 'search') return result('No result came.', true)
      return await this.#work(use, { name, allowed: reply.path ?? '', signal, result })
    } catch (error) {
      if (!signal.aborted) throw error
      return result('Stopped by the user before it was finished.', true)
    }
  }

  async #work(use: OwnUse, { name, allowed, signal, result }: { name: string; allowed: string; signal: AbortSignal; result: (output: string, failed: boolean) => ToolResult }): Promise<ToolResult> {
    const { workspace, fetch, send } = this.#deps
    const run = () => runTool(use, { workspace, allowed, fetch, signal })
    const done = await (use.tool === 'web' ? run() : this.#inTurn(allowed, run)).then(
      (output) => ({ outcome: 'ok', output }) as const,
      (error: unknown) => ({ outcome: signal.aborted ? 'interrupted' : 'error', output: error instanceof Error ? error.message : String(error) }) as const,
    )
    send({ type: 'done', call: name, ...done })
    return result(done.output, done.outcome !== 'ok')
  }

  async #inTurn(path: string, run: () => Promise<string>): Promise<string> {
    const mine = (this.#busy.get(path) ?? Promise.resolve()).then(run, run)
    this.#busy.set(path, mine)
    return await mine
  }

  #ask(name: string, use: ToolUse, signal: AbortSignal): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error)
      const stop = () => {
        this.#waiting.delete(name)
        reject(signal.reason as Error)
      }
      signal.addEventListener('abort', stop, { once: true })
      this.#waiting.set(name, (reply) => {
        signal.removeEventListener('abort', stop)
        resolve(reply)
      })
      this.#deps.send({ type: 'call', call: name, use })
    })
  }
}
