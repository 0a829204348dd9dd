import { AppError } from '../../spec/app-error.ts'
import type { Usage } from '../../spec/events/usage.ts'
import type { HarnessContext } from '../../spec/ports/harness.ts'
import { count, type JsonProgram, type JsonRecord, record, records, text } from '../json-program.ts'
import { TurnSettler } from '../turn-settler.ts'
import { gateTitle } from './gate-extension.ts'
import { piActions, piTitle } from './pi-actions.ts'

/** What Pi says of itself when it is ready. */
export interface PiState {
  readonly sessionFile: string
  readonly model: string
}

/** Translates one Pi process: RPC records to signals, our orders to RPC commands. */
export class PiConversation {
  readonly #context: HarnessContext
  readonly #turn: TurnSettler
  readonly #ready = Promise.withResolvers<PiState>()
  readonly #born: string
  #program: JsonProgram | undefined
  #messages = 0
  #problem: string | undefined

  constructor(context: HarnessContext) {
    this.#context = context
    this.#turn = new TurnSettler(context.emit)
    this.#born = context.clock.now().toString(36)
  }

  attach(program: JsonProgram): Promise<PiState> {
    this.#program = program
    program.send({ id: 'state', type: 'get_state' })
    return this.#ready.promise
  }

  async prompt(message: string): Promise<void> {
    this.#turn.start()
    this.#problem = undefined
    this.#send({ id: 'prompt', type: 'prompt', message })
  }

  async steer(message: string): Promise<void> {
    if (!this.#turn.running) throw new AppError('conflict', 'No turn is running.')
    this.#send({ type: 'steer', message })
    this.#context.emit({ type: 'steer.landed', when: 'now' })
  }

  async interrupt(): Promise<void> {
    if (!this.#turn.running) return
    this.#send({ type: 'abort' })
    await this.#turn.interrupted()
  }

  ended(detail: string): void {
    this.#turn.fail(`Pi ended in the middle of the turn: ${detail}`, 'Send the prompt again; a new program is started and goes on with the conversation.')
  }

  hear(message: JsonRecord): void {
    switch (message['type']) {
      case 'response': return this.#hearResponse(message)
      case 'extension_ui_request': return this.#hearQuestion(message)
      case 'message_start': {
        if (record(message['message'])['role'] !== 'assistant') return
        this.#messages += 1
        return this.#context.emit({ type: 'step.started', step: this.#item })
      }
      case 'message_update': return this.#hearDelta(record(message['assistantMessageEvent']))
      case 'message_end': return this.#hearMessage(record(message['message']))
      case 'tool_execution_end': return this.#hearResult(message)
      case 'compaction_end': return this.#context.emit({ type: 'compacted' })
      case 'agent_settled': {
        if (this.#problem === undefined) return this.#turn.settle({ type: 'settled', outcome: 'completed' })
        return this.#turn.fail(this.#problem, 'Look at the message of the model service, then send the prompt again.')
      }
      default: return
    }
  }

  /** Unique in the session, also over restarts of the program. */
  get #item(): string {
    return `pi-${this.#born}-${this.#messages}`
  }

  #send(message: object): void {
    if (this.#program === undefined) throw new AppError('unavailable', 'Pi has not started.')
    this.#program.send(message)
  }

  #hearResponse(message: JsonRecord): void {
    if (message['command'] === 'get_state') {
      const data = record(message['data'])
      this.#ready.resolve({ sessionFile: text(data['sessionFile']), model: text(record(data['model'])['id']) })
    }
    if (message['command'] === 'prompt' && message['success'] === false) {
      this.#turn.fail(`Pi did not take the prompt: ${text(message['error'])}`, 'Check the model and sign-in: omni harness doctor pi')
    }
  }

  #hearQuestion(message: JsonRecord): void {
    const id = text(message['id'])
    if (message['title'] !== gateTitle) {
      // A dialog of another extension: nobody is there to answer it.
      if (['select', 'confirm', 'input', 'editor'].includes(text(message['method']))) this.#send({ type: 'extension_ui_response', id, cancelled: true })
      return
    }
    const asked = parse(text(message['placeholder']))
    const [call, tool, input] = [text(asked['id']), text(asked['name']), record(asked['input'])]
    const answer = (value: object) => this.#send({ type: 'extension_ui_response', id, value: JSON.stringify(value) })
    if (call === '' || tool === '') return answer({ allow: false, reason: 'The gate could not read the call.' })
    this.#context.authorize({ call, tool, title: piTitle(tool, input), input, actions: piActions(tool, input) })
      .then((verdict) => answer(verdict.type === 'allow' ? { allow: true } : { allow: false, reason: verdict.reason }))
      .catch(() => answer({ allow: false, reason: 'The session is ending.' }))
      // The program is gone: it can not run the call either.
      .catch(() => undefined)
  }

  #hearDelta(event: JsonRecord): void {
    if (event['type'] === 'text_delta') this.#context.emit({ type: 'text', item: this.#item, text: text(event['delta']) })
    if (event['type'] === 'thinking_delta') this.#context.emit({ type: 'reasoning', item: this.#item, text: text(event['delta']) })
  }

  #hearMessage(message: JsonRecord): void {
    if (message['role'] !== 'assistant') return
    const blocks = records(message['content'])
    const said = blocks.filter((block) => block['type'] === 'text').map((block) => text(block['text'])).join('')
    const reasoning = blocks.filter((block) => block['type'] === 'thinking').map((block) => text(block['thinking'])).join('')
    const { emit } = this.#context
    if (said !== '' || reasoning !== '') emit({ type: 'message', item: this.#item, text: said, ...(reasoning === '' ? {} : { reasoning }) })
    const model = text(message['model'])
    emit({ type: 'step.ended', step: this.#item, usage: usageOf(record(message['usage'])), ...(model === '' ? {} : { model }) })
    // A retry that succeeds takes this back: only the last word counts.
    this.#problem = message['stopReason'] === 'error' ? text(message['errorMessage']) || 'The model call failed.' : undefined
  }

  #hearResult(message: JsonRecord): void {
    const output = records(record(message['result'])['content']).map((part) => text(part['text'])).join('')
    const failed = message['isError'] === true
    this.#context.emit({ type: 'tool.done', call: text(message['toolCallId']), outcome: failed ? (this.#turn.interrupting ? 'interrupted' : 'error') : 'ok', output })
  }
}

function usageOf(usage: JsonRecord): Usage {
  return { input: count(usage['input']), output: count(usage['output']), cacheRead: count(usage['cacheRead']), cacheWrite: count(usage['cacheWrite']) }
}

function parse(value: string): JsonRecord {
  try {
    return record(JSON.parse(value))
  } catch {
    // Not from our gate: an empty call is refused.
    return {}
  }
}
