import { AppError } from '../spec/app-error.ts'
import { type JsonProgram, type JsonRecord, record, text } from './json-program.ts'

export interface RpcHandlers {
  /** A request of the program. What it throws is answered as an error. */
  answer(method: string, params: JsonRecord): Promise<object>
  notice(method: string, params: JsonRecord): void
}

/** Refuses a request of the program with a code of JSON-RPC. */
export class RpcRefusal extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

export const methodNotFound = -32_601

type Reply = { readonly result: JsonRecord } | { readonly error: AppError }

/** JSON-RPC 2.0 in both directions, one object a line, no batches. */
export class JsonRpc {
  readonly #handlers: RpcHandlers
  readonly #waiting = new Map<number, (reply: Reply) => void>()
  #program: JsonProgram | undefined
  #lastId = 0

  constructor(handlers: RpcHandlers) {
    this.#handlers = handlers
  }

  attach(program: JsonProgram): void {
    this.#program = program
  }

  /** @throws {AppError} 'unavailable' with the program's own words when it refuses or ends; `details` is its error object. */
  request(method: string, params: object): Promise<JsonRecord> {
    const id = (this.#lastId += 1)
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (reply) => ('error' in reply ? reject(reply.error) : resolve(reply.result)))
      try {
        this.#send({ id, method, params })
      } catch (error) {
        this.#waiting.delete(id)
        reject(error)
      }
    })
  }

  notify(method: string, params: object): void {
    this.#send({ method, params })
  }

  hear(message: JsonRecord): void {
    const { id, method } = message
    if (typeof method !== 'string') return this.#hearReply(message)
    const params = record(message['params'])
    if (id === undefined) return this.#handlers.notice(method, params)
    this.#handlers.answer(method, params)
      .then((result) => this.#send({ id, result }))
      .catch((error: unknown) => this.#send({ id, error: { code: error instanceof RpcRefusal ? error.code : -32_603, message: error instanceof Error ? error.message : 'failed' } }))
      // The program is gone: nobody waits for the answer.
      .catch(() => undefined)
  }

  ended(detail: string): void {
    for (const answer of this.#waiting.values()) answer({ error: new AppError('unavailable', detail) })
    this.#waiting.clear()
  }

  #send(message: object): void {
    if (this.#program === undefined) throw new AppError('unavailable', 'The program has not started.')
    this.#program.send({ jsonrpc: '2.0', ...message })
  }

  #hearReply(message: JsonRecord): void {
    const answer = this.#waiting.get(Number(message['id']))
    this.#waiting.delete(Number(message['id']))
    if (message['error'] === undefined || message['error'] === null) return answer?.({ result: record(message['result']) })
    const error = record(message['error'])
    answer?.({ error: new AppError('unavailable', wordsOf(error), { details: error }) })
  }
}

/** Programs put what happened into the message, into its data, or into JSON inside the message. */
function wordsOf(error: JsonRecord): string {
  const message = text(error['message'])
  const details = text(record(error['data'])['details']) || text(error['data'])
  const inner = /"message":\s*("(?:[^"\\]|\\.)*")/.exec(message)?.[1]
  const said = inner === undefined ? message : text(JSON.parse(inner))
  return [said, details].filter((part) => part !== '').join(': ') || 'refused'
}
