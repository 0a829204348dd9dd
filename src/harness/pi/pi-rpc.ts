import { AppError } from '../../spec/app-error.ts'
import { type JsonProgram, type JsonRecord, record, text } from '../json-program.ts'

type Reply = { readonly data: JsonRecord } | { readonly error: string }

/** Pi's commands: each has an id, and its response repeats it. */
export class PiRpc {
  readonly #waiting = new Map<string, (reply: Reply) => void>()
  #program: JsonProgram | undefined
  #lastId = 0

  attach(program: JsonProgram): void {
    this.#program = program
  }

  /** @throws {AppError} 'unavailable' when Pi is gone. */
  send(message: object): void {
    if (this.#program === undefined) throw new AppError('unavailable', 'Pi has not started.')
    this.#program.send(message)
  }

  /** @throws {AppError} 'unavailable' with Pi's words when it refuses or ends. */
  request(type: string, parameters: object = {}): Promise<JsonRecord> {
    const id = `omnigent-${(this.#lastId += 1)}`
    return new Promise((resolve, reject) => {
      this.send({ id, type, ...parameters })
      this.#waiting.set(id, (reply) => ('error' in reply ? reject(new AppError('unavailable', reply.error)) : resolve(reply.data)))
    })
  }

  hearResponse(message: JsonRecord): void {
    const id = text(message['id'])
    const answer = this.#waiting.get(id)
    this.#waiting.delete(id)
    answer?.(message['success'] === true ? { data: record(message['data']) } : { error: text(message['error']) || 'refused' })
  }

  ended(detail: string): void {
    for (const answer of this.#waiting.values()) answer({ error: detail })
    this.#waiting.clear()
  }
}
