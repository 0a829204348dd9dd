import { AppError } from '../../spec/app-error.ts'
import { type JsonProgram, type JsonRecord, record, text } from '../json-program.ts'

/**
 * Requests in both directions of the stream-json control protocol: `control_request {request_id, request: {subtype, …}}` is
 * answered by `control_response {response: {subtype: success | error, request_id, …}}`.
 */
export class ControlChannel {
  readonly #title: string
  readonly #waiting = new Map<string, PromiseWithResolvers<JsonRecord>>()
  #program: JsonProgram | undefined
  #requests = 0
  #gone = false

  constructor(title: string) {
    this.#title = title
  }

  attach(program: JsonProgram): void {
    this.#program = program
  }

  /** The program is gone: whoever waits for its answer is told. */
  ended(): void {
    this.#gone = true
    for (const waiting of this.#waiting.values()) waiting.reject(this.#ended())
    this.#waiting.clear()
  }

  /** @throws {AppError} 'unavailable' when the program is gone. */
  send(message: object): void {
    if (this.#gone || this.#program === undefined) throw this.#ended()
    this.#program.send(message)
  }

  /** Resolves with the answer. @throws {AppError} 'unavailable' when the program refuses or is gone. */
  async request(request: object): Promise<JsonRecord> {
    const id = `omni-${(this.#requests += 1)}`
    const waiting = Promise.withResolvers<JsonRecord>()
    this.#waiting.set(id, waiting)
    this.send({ type: 'control_request', request_id: id, request })
    return await waiting.promise
  }

  hearResponse(response: JsonRecord): void {
    const id = text(response['request_id'])
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (response['subtype'] === 'success') waiting?.resolve(record(response['response']))
    else waiting?.reject(new AppError('unavailable', `${this.#title} refused: ${text(response['error']).slice(0, 500)}`))
  }

  /** Answers a request of the program, unless it is gone: then nobody waits for it. */
  answer(id: string, response: object): void {
    if (!this.#gone) this.send({ type: 'control_response', response: { subtype: 'success', request_id: id, response } })
  }

  refuse(id: string, error: string): void {
    if (!this.#gone) this.send({ type: 'control_response', response: { subtype: 'error', request_id: id, error } })
  }

  #ended(): AppError {
    return new AppError('unavailable', `${this.#title} has ended. Send the prompt again; a new one is started.`)
  }
}
