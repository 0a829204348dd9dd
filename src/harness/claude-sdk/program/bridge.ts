import { createAsyncQueue } from '../../../base/async-queue.ts'
import { type JsonRecord, record, records, text } from '../../json-program.ts'

/** What is used of the SDK. @see `sdk.d.ts` of `@anthropic-ai/claude-agent-sdk` */
export interface Sdk {
  query(call: { prompt: AsyncIterable<object>; options: object }): Query
}

interface Query extends AsyncIterable<object> {
  initializationResult(): Promise<object>
  interrupt(): Promise<object | undefined>
  setModel(model: string): Promise<undefined>
  setPermissionMode(mode: string): Promise<undefined>
  usage_EXPERIMENTAL_MAY_CHANGE_DO_NOT_RELY_ON_THIS_API_YET?(options: { skipBehaviors: boolean }): Promise<object>
}

/** Prompts and steers that the SDK has not taken yet. */
const maxPrompts = 1_000

export interface BridgeDeps {
  readonly sdk: Sdk
  send(message: object): void
  /** The query is over; `problem` is for people. */
  ended(problem: string | undefined): void
}

/**
 * Claude Code's stream-json control protocol on the outside, the SDK's `query()` inside. The `initialize` request also carries
 * `options` of the query; its hooks, and the question whether a call may run, go out as the requests they are in that protocol.
 */
export function createBridge({ sdk, send, ended }: BridgeDeps): { hear(message: JsonRecord): void } {
  const prompts = createAsyncQueue<object>(maxPrompts)
  const asked = new Map<string, PromiseWithResolvers<JsonRecord>>()
  let query: Query | undefined
  let questions = 0

  function ask(request: object): Promise<JsonRecord> {
    const id = `sdk-${(questions += 1)}`
    const answer = Promise.withResolvers<JsonRecord>()
    asked.set(id, answer)
    send({ type: 'control_request', request_id: id, request })
    return answer.promise
  }

  function hearAnswer(response: JsonRecord): void {
    const id = text(response['request_id'])
    const answer = asked.get(id)
    asked.delete(id)
    if (response['subtype'] === 'success') answer?.resolve(record(response['response']))
    else answer?.reject(new Error(text(response['error'])))
  }

  async function open({ hooks, options }: JsonRecord): Promise<object> {
    const gates = Object.entries(record(hooks)).map(([event, matchers]) => [event, records(matchers).map(({ hookCallbackIds, timeout, onFailure }) => ({
      timeout, onFailure, hooks: (Array.isArray(hookCallbackIds) ? hookCallbackIds : []).map((id: unknown) => (input: object) => ask({ subtype: 'hook_callback', callback_id: id, input })),
    }))])
    const canUseTool = (tool: string, input: object, { toolUseID }: { toolUseID: string }) => ask({ subtype: 'can_use_tool', tool_name: tool, input, tool_use_id: toolUseID })
    const opened = sdk.query({ prompt: prompts, options: { ...record(options), hooks: Object.fromEntries(gates), canUseTool } })
    query = opened
    void relay(opened).then(() => ended(undefined), (error: unknown) => ended(error instanceof Error ? error.message : String(error)))
    return await opened.initializationResult()
  }

  async function relay(messages: AsyncIterable<object>): Promise<void> {
    for await (const message of messages) send(message)
  }

  async function obey(request: JsonRecord): Promise<object | undefined> {
    if (request['subtype'] === 'initialize') return await open(request)
    if (query === undefined) throw new Error('nothing runs yet')
    switch (request['subtype']) {
      case 'interrupt': return await query.interrupt()
      case 'set_model': return await query.setModel(text(request['model']))
      case 'set_permission_mode': return await query.setPermissionMode(text(request['mode']))
      case 'get_usage': return await query.usage_EXPERIMENTAL_MAY_CHANGE_DO_NOT_RELY_ON_THIS_API_YET?.({ skipBehaviors: true })
      default: throw new Error(`no request ${text(request['subtype'])} here`)
    }
  }

  return {
    hear(message) {
      const id = message['request_id']
      switch (message['type']) {
        case 'user': {
          if (!prompts.push(message)) ended(`More than ${maxPrompts} messages wait for the SDK.`)
          return
        }
        case 'control_response': return hearAnswer(record(message['response']))
        case 'control_request': {
          void obey(record(message['request'])).then(
            (response = {}) => send({ type: 'control_response', response: { subtype: 'success', request_id: id, response } }),
            (error: unknown) => send({ type: 'control_response', response: { subtype: 'error', request_id: id, error: error instanceof Error ? error.message : String(error) } }),
          )
          return
        }
        default: return
      }
    },
  }
}
