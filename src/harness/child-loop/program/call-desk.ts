import { z } from 'zod'
import type { FromProgram, ToProgram } from '../protocol.ts'
import { inputs, type OwnUse, ToolUse } from '../tools.ts'
import type { CallPart, ToolResult } from './conversation.ts'
import type { KeptOutputs } from './kept-outputs.ts'
import { isOwnTool, type OfferedTool } from './offered-tools.ts'
import type { Pictures } from './pictures.ts'
import { runTool, type ToolPlace } from './run-tool.ts'

type Reply = Extract<ToProgram, { type: 'verdict' | 'result' }>

export interface CallDeskDeps extends Omit<ToolPlace, 'allowed' | 'signal'> {
  readonly send: (message: FromProgram) => void
  readonly tools: readonly OfferedTool[]
  readonly pictures: Pictures
  readonly outputs: KeptOutputs
}

type Told = Pick<ToolResult, 'output' | 'failed' | 'pictures'>
const failed = (output: string): Told => ({ output, failed: true })

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
  async run({ call, tool, input }: CallPart, name: string, signal: AbortSignal): Promise<ToolResult> {
    return { call, tool, ...(await this.#answer(tool, input, { name, signal })) }
  }

  async #answer(tool: string, input: unknown, order: { readonly name: string; readonly signal: AbortSignal }): Promise<Told> {
    const offered = this.#deps.tools.find((each) => each.name === tool)
    if (offered === undefined) return failed(`There is no tool "${tool}". Tools: ${this.#deps.tools.map((each) => each.name).join(', ') || 'none'}.`)
    const misfit = (error: z.ZodError) => failed(`The input does not fit ${tool}:\n${z.prettifyError(error)}\nIt takes: ${Object.keys(offered.schema.properties).join(', ')}.`)
    if (tool === 'update_plan') {
      const parsed = inputs.update_plan.safeParse(input)
      return parsed.success ? this.#plan(parsed.data) : misfit(parsed.error)
    }
    const parsed = ToolUse.safeParse(isOwnTool(tool) ? { tool, input } : { tool: 'mcp', name: tool, input })
    return parsed.success ? await this.#use(parsed.data, order) : misfit(parsed.error)
  }

  #plan({ plan }: z.infer<typeof inputs.update_plan>): Told {
    const status = { pending: 'pending', in_progress: 'active', completed: 'done' } as const
    this.#deps.send({ type: 'plan', entries: plan.map((entry) => ({ text: entry.step, status: status[entry.status] })) })
    return { output: 'The person sees the plan.', failed: false }
  }

  async #use(use: ToolUse, { name, signal }: { readonly name: string; readonly signal: AbortSignal }): Promise<Told> {
    try {
      const reply = await this.#ask(name, use, signal)
      if (reply.type === 'result') return await this.#take(reply, name)
      if (!reply.allow) return failed(`Not done: ${reply.reason ?? 'refused'}`)
      // Proof: the adapter answers these with a result, never with a yes.
      if (use.tool === 'shell' || use.tool === 'search' || use.tool === 'mcp') return failed('No result came.')
      return await this.#work(use, { name, allowed: reply.path ?? '', signal })
    } catch (error) {
      if (!signal.aborted) throw error
      return failed('Stopped by the user before it was finished.')
    }
  }

  /** What a result brings beside its text is kept. */
  async #take({ output, failed: isFailed, whole, images = [] }: Extract<Reply, { type: 'result' }>, name: string): Promise<Told> {
    const { outputs, pictures } = this.#deps
    const more = whole === undefined ? '' : `\n${await outputs.keep(name, whole)}`
    const kept = await Promise.all(images.map(({ mediaType, data }, index) => pictures.keep(`${name} picture ${index + 1}`, mediaType, Buffer.from(data, 'base64'))))
    return { output: output + more, failed: isFailed, ...(kept.length === 0 ? {} : { pictures: kept }) }
  }

  async #work(use: OwnUse, { name, allowed, signal }: { readonly name: string; readonly allowed: string; readonly signal: AbortSignal }): Promise<Told> {
    const { workspace, fetch, send, pictures } = this.#deps
    const run = () => runTool(use, { workspace, allowed, fetch, signal })
    const done = await (use.tool === 'web' ? run() : this.#inTurn(allowed, run)).then(
      ({ output, picture }) => ({ outcome: 'ok', output, picture }) as const,
      (error: unknown) => ({ outcome: signal.aborted ? 'interrupted' : 'error', output: error instanceof Error ? error.message : String(error), picture: undefined }) as const,
    )
    const { outcome, output, picture } = done
    send({ type: 'done', call: name, outcome, output })
    return { output, failed: outcome !== 'ok', ...(picture === undefined ? {} : { pictures: [await pictures.keep(picture.name, picture.mediaType, picture.bytes)] }) }
  }

  async #inTurn<Value>(path: string, run: () => Promise<Value>): Promise<Value> {
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
