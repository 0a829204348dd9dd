import type { HarnessContext } from '../../spec/ports/harness.ts'
import { type JsonRecord, record, records, text } from '../json-program.ts'
import { mcpCall, type McpServers, type McpTool } from '../mcp-servers/mcp-servers.ts'
import { gateTitle, mcpTitle } from './gate-extension.ts'
import { piActions, piTitle } from './pi-actions.ts'
import type { PiRpc } from './pi-rpc.ts'

interface AllowedCall {
  readonly tool: McpTool
  readonly input: JsonRecord
}

/** Answers what our extension asks: may this call run, and the calls of tool servers, which are made here. */
export class PiCalls {
  readonly #context: HarnessContext
  readonly #rpc: PiRpc
  readonly #servers: McpServers
  readonly #tools: ReadonlyMap<string, McpTool>
  /** Calls of server tools that the gate let pass and that were not made yet. */
  readonly #allowed = new Map<string, AllowedCall>()
  readonly #refused = new Set<string>()
  /** What a call has printed so far. */
  readonly #printed = new Map<string, string>()
  /** Calls that the gate has not answered yet. */
  readonly #asking = new Set<(why: 'stopped') => void>()
  #stopping = new AbortController()

  constructor(context: HarnessContext, rpc: PiRpc, servers: McpServers) {
    this.#context = context
    this.#rpc = rpc
    this.#servers = servers
    this.#tools = new Map(servers.tools.map((tool) => [tool.name, tool]))
  }

  hearQuestion(message: JsonRecord): void {
    const id = text(message['id'])
    const asked = parse(text(message['placeholder']))
    const answer = (value: object) => this.#rpc.send({ type: 'extension_ui_response', id, ...value })
    const answered = message['title'] === gateTitle ? this.#judge(asked) : message['title'] === mcpTitle ? this.#make(text(asked['id'])) : undefined
    if (answered !== undefined) {
      // When the program is gone it can not run the call either.
      void answered.then((value) => answer({ value: JSON.stringify(value) })).catch(() => undefined)
      return
    }
    // A dialog of another extension: nobody is there to answer it.
    if (['select', 'confirm', 'input', 'editor'].includes(text(message['method']))) answer({ cancelled: true })
  }

  /** The turn was stopped: what is being made is called off, and what is still being asked is answered with no, since Pi waits for it. */
  stop(): void {
    this.#stopping.abort()
    this.#stopping = new AbortController()
    this.#allowed.clear()
    for (const stop of this.#asking) stop('stopped')
  }

  hearUpdate(message: JsonRecord): void {
    const call = text(message['toolCallId'])
    const [before, now] = [this.#printed.get(call) ?? '', outputOf(message['partialResult'])]
    // Each update is all that was printed, until it is too much: then it is the end of it.
    if (!now.startsWith(before) || now === before) return
    this.#printed.set(call, now)
    this.#context.emit({ type: 'tool.output', call, text: now.slice(before.length) })
  }

  hearResult(message: JsonRecord, interrupting: boolean): void {
    const call = text(message['toolCallId'])
    this.#printed.delete(call)
    const outcome = this.#refused.delete(call) ? 'denied' : message['isError'] !== true ? 'ok' : interrupting ? 'interrupted' : 'error'
    this.#context.emit({ type: 'tool.done', call, outcome, output: outputOf(message['result']) })
  }

  async #judge(asked: JsonRecord): Promise<object> {
    const [call, name, input] = [text(asked['id']), text(asked['name']), record(asked['input'])]
    if (call === '' || name === '') return { allow: false, reason: 'The gate could not read the call.' }
    const tool = this.#tools.get(name)
    const proposed = tool === undefined ? { tool: name, title: piTitle(name, input), input, actions: piActions(name, input) } : mcpCall(tool, input)
    const stopped = Promise.withResolvers<'stopped'>()
    this.#asking.add(stopped.resolve)
    const verdict = await Promise.race([stopped.promise, this.#context.authorize({ call, ...proposed }).catch(() => ({ type: 'deny', reason: 'The session is ending.' }) as const)])
    this.#asking.delete(stopped.resolve)
    if (verdict === 'stopped') return { allow: false, reason: 'The turn was stopped.' }
    if (verdict.type === 'deny') {
      this.#refused.add(call)
      return { allow: false, reason: verdict.reason }
    }
    if (tool !== undefined) this.#allowed.set(call, { tool, input })
    return { allow: true }
  }

  /** Made once, with the very input that passed the gate. */
  async #make(call: string): Promise<object> {
    const allowed = this.#allowed.get(call)
    this.#allowed.delete(call)
    if (allowed === undefined) return { failed: true, text: 'The call did not pass the gate.' }
    return this.#servers.call(allowed.tool, allowed.input, this.#stopping.signal)
  }
}

const outputOf = (result: unknown): string => records(record(result)['content']).map((part) => text(part['text'])).join('')

function parse(value: string): JsonRecord {
  try {
    return record(JSON.parse(value))
  } catch {
    // Not from our extension: an empty call is refused.
    return {}
  }
}
