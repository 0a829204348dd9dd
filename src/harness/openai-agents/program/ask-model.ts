import { type Answer, type AskModel, BrokenAnswer, CallError, type Listener, type Question } from '../../child-loop/program/answer.ts'
import type { Part } from '../../child-loop/program/conversation.ts'
import { effortOf } from '../../child-loop/program/effort.ts'
import { type JsonRecord, record, records, text } from '../../json-program.ts'
import { connectModel } from './connect-model.ts'
import { readAnswer } from './read-answer.ts'
import type { Sdk, SdkRequest } from './sdk.ts'
import { serviceItems } from './service-items.ts'

/** One model call through the library, made of the request that its loop would send: our conversation in the place of its own. */
export function askThrough(sdk: Sdk, request: SdkRequest): AskModel {
  return async (question, listener) => {
    const { choice, messages, system, tools, signal } = question
    const heard = new Heard(listener)
    let problem: unknown
    try {
      const model = await connectModel(sdk, choice)
      const asked = { ...request, systemInstructions: system, input: serviceItems(messages, choice), tools: tools.length === 0 ? [] : request.tools, modelSettings: settingsOf(question), signal }
      for await (const event of model.getStreamedResponse(asked)) heard.event(record(event))
      signal.throwIfAborted()
      const answer = heard.answer()
      if (answer !== undefined) return answer
      problem = new Error('the service ended the stream without an answer')
    } catch (error) {
      problem = heard.refusal ?? inOurWords(error)
    }
    throw new BrokenAnswer(problem, heard.parts())
  }
}

/** Models that reason; others refuse to be asked for it. */
const reasoningModels = /^(o\d|gpt-[5-9](?!.*chat)|codex-)/

function settingsOf({ choice, effort, key }: Question): object {
  if (choice.dialect === 'chat') {
    return {
      ...(effort === undefined ? {} : { reasoning: { effort: effortOf(effort) } }),
      ...(choice.asksToCache ? { providerData: { cache_control: { type: 'ephemeral' } } } : {}),
    }
  }
  return {
    // A service that is asked to think is asked to say what.
    ...(effort === undefined ? {} : { reasoning: { effort: effortOf(effort), summary: 'auto' } }),
    // Nothing is kept at the service, so its reasoning comes back to us, sealed.
    store: false, providerData: { prompt_cache_key: key, ...(reasoningModels.test(choice.id) ? { include: ['reasoning.encrypted_content'] } : {}) },
  }
}

/** Takes the events of one call. */
class Heard {
  readonly #listener: Listener
  #text = ''
  #reasoning = ''
  #response: JsonRecord | undefined
  #cut = false
  /** What the service said is wrong; the library says less. */
  refusal: JsonRecord | undefined

  constructor(listener: Listener) {
    this.#listener = listener
  }

  event(event: JsonRecord): void {
    if (event['type'] === 'response_done') this.#response = record(event['response'])
    if (event['type'] === 'output_text_delta') {
      const delta = text(event['delta'])
      this.#text += delta
      if (delta !== '') this.#listener.text(delta)
    }
    if (event['type'] !== 'model') return
    // What the service itself said: the library has no words of its own for these.
    const raw = record(event['event'])
    this.refusal ??= refusalOf(raw)
    const [choice = {}] = records(raw['choices'])
    if (choice['finish_reason'] === 'length') this.#cut = true
    const piece = record(choice['delta'])
    const delta = /^response\.reasoning(_summary)?_text\.delta$/.test(text(raw['type'])) ? text(raw['delta']) : text(piece['reasoning']) || text(piece['reasoning_content'])
    this.#reasoning += delta
    if (delta !== '') this.#listener.reasoning(delta)
  }

  /** Undefined when the stream ended before it was whole. */
  answer(): Answer | undefined {
    if (this.#response === undefined) return undefined
    const answer = readAnswer(this.#response, this.#cut)
    // Some services stream reasoning under a name that the library leaves out at the end.
    const left = this.#reasoning !== '' && answer.parts.every((part) => part.type !== 'reasoning')
    return left ? { ...answer, parts: [{ type: 'reasoning', text: this.#reasoning }, ...answer.parts] } : answer
  }

  /** What had come when it broke off. */
  parts(): Part[] {
    return [...(this.#reasoning === '' ? [] : [{ type: 'reasoning', text: this.#reasoning } as const]), ...(this.#text === '' ? [] : [{ type: 'text', text: this.#text } as const])]
  }
}

function refusalOf(raw: JsonRecord): JsonRecord | undefined {
  const response = record(raw['response'])
  if (raw['type'] === 'response.failed') return said(record(response['error']))
  if (raw['type'] === 'response.incomplete') return said({ message: `The answer is not whole: ${text(record(response['incomplete_details'])['reason'])}.` })
  return undefined
}

const said = (error: JsonRecord): JsonRecord => ({ message: text(error['message']), ...(text(error['code']) === '' ? {} : { type: text(error['code']) }) })

/** The client's error for a call: it knows the status, what was said inside the stream, or that nothing answered. */
function inOurWords(error: unknown): unknown {
  if (!(error instanceof Error) || !('status' in error)) return error
  if (error.status === undefined && 'error' in error && text(record(error.error)['message']) !== '') return said(record(error.error))
  if (error.status === undefined) return error.cause instanceof Error ? error.cause : new CallError(error.message, {})
  const headers = 'headers' in error && error.headers instanceof Headers ? Object.fromEntries(error.headers) : {}
  // Its message begins with the status, which is said beside it.
  const message = error.message.replace(/^\d{3} /, '')
  return new CallError(message, { status: typeof error.status === 'number' ? error.status : undefined, headers, body: 'error' in error ? JSON.stringify(error.error) : '' })
}
