import { isDeepStrictEqual } from 'node:util'
import type { HarnessContext, ProposedCall } from '../../spec/ports/harness.ts'
import { type JsonRecord, record, records, text } from '../json-program.ts'
import { methodNotFound, RpcRefusal } from '../json-rpc.ts'
import { codexCall } from './codex-actions.ts'
import type { ItemSignals } from './item-signals.ts'
import type { ThreadTree } from './thread-tree.ts'

/** Answers what Codex asks: may this call run? What only a person could answer goes unanswered, and people are told. */
export class CodexCallGate {
  readonly #context: HarnessContext
  readonly #items: ItemSignals
  readonly #tree: ThreadTree
  #asked = 0

  constructor(context: HarnessContext, items: ItemSignals, tree: ThreadTree) {
    this.#context = context
    this.#items = items
    this.#tree = tree
  }

  async answer(method: string, params: JsonRecord): Promise<object> {
    switch (method) {
      case 'item/commandExecution/requestApproval': return { decision: (await this.#approves(params, 'commandExecution')) ? 'accept' : 'decline' }
      case 'item/fileChange/requestApproval': return { decision: (await this.#approves(params, 'fileChange')) ? 'accept' : 'decline' }
      case 'mcpServer/elicitation/request': return { action: (await this.#elicited(params)) ? 'accept' : 'decline', content: null, _meta: null }
      case 'item/tool/requestUserInput': return this.#hearQuestions(params)
      default: throw new RpcRefusal(methodNotFound, `${method} is not offered here`)
    }
  }

  /** What the approval says goes over what its item said when it began. */
  #approves(params: JsonRecord, type: string): Promise<boolean> {
    const id = text(params['itemId'])
    const said = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== null && value !== undefined))
    return this.#authorized(id, text(params['threadId']), { ...this.#items.open.get(id)?.item, ...said, type })
  }

  /** A call of a server that is to be approved does not name its item: it is the open one with the same server, tool and arguments. */
  async #elicited(params: JsonRecord): Promise<boolean> {
    const [server, meta] = [text(params['serverName']), record(params['_meta'])]
    if (meta['codex_approval_kind'] !== 'mcp_tool_call') {
      this.#context.emit({ type: 'notice', level: 'warning', text: `The server ${server} asked something that nobody could answer in the middle of a call: ${text(params['message'])}` })
      return false
    }
    const [tool, input] = [text(meta['tool_name']), meta['tool_params'] ?? {}]
    const fits = ({ item }: { readonly item: JsonRecord }) => item['type'] === 'mcpToolCall' && item['server'] === server && item['tool'] === tool && isDeepStrictEqual(item['arguments'] ?? {}, input)
    const id = [...this.#items.open].find(([each, open]) => fits(open) && !this.#items.wasAsked(each))?.[0] ?? ''
    return this.#authorized(id, text(params['threadId']), { type: 'mcpToolCall', server, tool, arguments: input })
  }

  async #authorized(id: string, thread: string, item: JsonRecord): Promise<boolean> {
    const call = codexCall(item)
    if (call === undefined) return false
    const key = id === '' ? `codex-${(this.#asked += 1)}-${thread}` : id
    const parent = this.#tree.callOf(thread)
    this.#items.ask(key)
    const proposed: ProposedCall = { call: key, ...call, ...(parent === undefined ? {} : { parent }) }
    // A gate that rejects says no: the session is ending.
    const verdict = await this.#context.authorize(proposed).catch(() => ({ type: 'deny' }) as const)
    if (verdict.type === 'deny') this.#items.refuse(key)
    return verdict.type === 'allow'
  }

  /** Codex goes on with its best judgement when there is no answer. */
  #hearQuestions(params: JsonRecord): object {
    const questions = records(params['questions']).map((each) => text(each['question'])).join(' ')
    this.#context.emit({ type: 'notice', level: 'info', text: `Codex asked in the middle of its turn, and goes on without an answer: ${questions}` })
    return { answers: {} }
  }
}
