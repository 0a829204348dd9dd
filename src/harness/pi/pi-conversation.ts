import { AppError } from '../../spec/app-error.ts'
import type { Usage } from '../../spec/events/usage.ts'
import type { HarnessContext, HarnessPrompt } from '../../spec/ports/harness.ts'
import { count, type JsonProgram, type JsonRecord, record, records, text } from '../json-program.ts'
import type { McpServers } from '../mcp-servers/mcp-servers.ts'
import { TurnSettler } from '../turn-settler.ts'
import { ownCommands, reloadCommand } from './gate-extension.ts'
import { PiCalls } from './pi-calls.ts'
import { PiRpc } from './pi-rpc.ts'
import { gateway, writeModels } from './settings.ts'

/** What Pi says of itself when it is ready. */
export interface PiState {
  readonly sessionFile: string
  readonly model: string
}

const limitWords = /\b429\b|rate.?limit|quota|usage limit/i

/** Translates one Pi process: RPC records to signals, our orders to RPC commands. */
export class PiConversation {
  readonly #context: HarnessContext
  readonly #turn: TurnSettler
  readonly #rpc = new PiRpc()
  readonly #calls: PiCalls
  readonly #born: string
  /** Commands that an extension handles by itself: no turn of the model need follow. */
  #handled: ReadonlySet<string> = new Set()
  #messages = 0
  #window = 0
  #problem: string | undefined
  #gone = false

  constructor(context: HarnessContext, servers: McpServers) {
    this.#context = context
    this.#turn = new TurnSettler(context.emit)
    this.#calls = new PiCalls(context, this.#rpc, servers)
    this.#born = context.clock.now().toString(36)
  }

  async attach(program: JsonProgram): Promise<PiState> {
    this.#rpc.attach(program)
    const state = await this.#rpc.request('get_state')
    this.#hearModel(record(state['model']))
    if (text(state['sessionName']) !== '') this.#context.emit({ type: 'title', text: text(state['sessionName']) })
    return { sessionFile: text(state['sessionFile']), model: text(record(state['model'])['id']) }
  }

  /** What a person can choose, told when Pi knows it. */
  async tellOffers(): Promise<void> {
    const [commands, models] = await Promise.all([this.#rpc.request('get_commands'), this.#rpc.request('get_available_models')])
    const listed = records(commands['commands']).filter((each) => !text(each['name']).startsWith(ownCommands))
    this.#handled = new Set(listed.filter((each) => each['source'] === 'extension').map((each) => text(each['name'])))
    this.#context.emit({
      type: 'offers',
      commands: listed.map((each) => ({ id: text(each['name']), title: text(each['description']) || text(each['name']) })),
      models: records(models['models']).map((each) => ({ id: each['provider'] === gateway ? text(each['id']) : `${text(each['provider'])}/${text(each['id'])}`, title: text(each['name']) || text(each['id']) })),
    })
  }

  async prompt({ text: message, images }: HarnessPrompt): Promise<void> {
    if (this.#gone) throw new AppError('unavailable', 'Pi has ended. Send the prompt again; a new one is started.')
    this.#turn.start()
    this.#problem = undefined
    const taken = this.#rpc.request('prompt', { message, images: images.map(({ data, mediaType }) => ({ type: 'image', data, mimeType: mediaType })) })
    void taken.then(() => this.#settleWhenHandled(message)).catch((error: unknown) => {
      this.#turn.fail(`Pi did not take the prompt: ${error instanceof Error ? error.message : String(error)}`, 'Check the model and sign-in: omni harness doctor pi')
    })
  }

  async steer(message: string): Promise<void> {
    if (!this.#turn.running) throw new AppError('conflict', 'No turn is running.')
    this.#rpc.send({ type: 'steer', message })
    this.#context.emit({ type: 'steer.landed', when: 'now' })
  }

  async interrupt(): Promise<void> {
    if (!this.#turn.running) return
    this.#rpc.send({ type: 'abort' })
    this.#calls.stop()
    await this.#turn.interrupted()
  }

  /** @throws {AppError} 'unavailable' with Pi's words when it has no such model. */
  async setModel(model: string): Promise<void> {
    if (this.#context.route !== undefined) {
      await writeModels(this.#context, [model])
      await this.#rpc.request('prompt', { message: `/${reloadCommand}` })
    }
    const [provider, modelId] = this.#context.route === undefined ? await this.#find(model) : [gateway, model]
    this.#hearModel(await this.#rpc.request('set_model', { provider, modelId }))
  }

  ended(detail: string): void {
    this.#gone = true
    this.#turn.fail(`Pi ended in the middle of the turn: ${detail}`, 'Send the prompt again; a new program is started and goes on with the conversation.')
    this.#rpc.ended(detail)
  }

  hear(message: JsonRecord): void {
    const { emit } = this.#context
    switch (message['type']) {
      case 'response': return this.#rpc.hearResponse(message)
      case 'extension_ui_request': return this.#calls.hearQuestion(message)
      case 'message_start': {
        if (record(message['message'])['role'] !== 'assistant') return
        return this.#startStep()
      }
      case 'message_update': return this.#hearDelta(record(message['assistantMessageEvent']))
      case 'message_end': return this.#hearMessage(record(message['message']))
      case 'tool_execution_update': return this.#calls.hearUpdate(message)
      case 'tool_execution_end': return this.#calls.hearResult(message, this.#turn.interrupting)
      case 'compaction_end': return this.#hearCompaction(message)
      case 'session_info_changed': return text(message['name']) === '' ? undefined : emit({ type: 'title', text: text(message['name']) })
      case 'extension_error': return emit({ type: 'notice', level: 'warning', text: `An extension of Pi failed: ${text(message['error'])}` })
      case 'agent_settled': return this.#settle()
      default: return
    }
  }

  /** Unique in the session, also over restarts of the program. */
  get #item(): string {
    return `pi-${this.#born}-${this.#messages}`
  }

  /** As `provider/model`, or by its own id alone. */
  async #find(model: string): Promise<readonly [string, string]> {
    const models = records((await this.#rpc.request('get_available_models'))['models'])
    const found = models.find((each) => `${text(each['provider'])}/${text(each['id'])}` === model) ?? models.find((each) => each['id'] === model)
    if (found === undefined) throw new AppError('unavailable', `Pi has no model ${model}. See: pi --list-models`)
    return [text(found['provider']), text(found['id'])]
  }

  #hearModel(model: JsonRecord): void {
    this.#window = count(model['contextWindow'])
  }

  /** A command that its extension has handled is over when Pi has taken it, unless the model was set to work. */
  async #settleWhenHandled(message: string): Promise<void> {
    const command = /^\/(\S+)/.exec(message)?.[1]
    if (command === undefined || !this.#handled.has(command)) return
    const state = await this.#rpc.request('get_state')
    if (state['isStreaming'] !== true) this.#settle()
  }

  #settle(): void {
    const problem = this.#problem
    if (problem === undefined) return this.#turn.settle({ type: 'settled', outcome: 'completed' })
    if (limitWords.test(problem)) this.#context.emit({ type: 'limited', message: problem })
    this.#turn.fail(problem, 'Look at the message of the model service, then send the prompt again.')
  }

  #startStep(): void {
    this.#messages += 1
    this.#context.emit({ type: 'step.started', step: this.#item })
  }

  #endStep(usage: JsonRecord, model = ''): void {
    const counted: Usage = { input: count(usage['input']), output: count(usage['output']), cacheRead: count(usage['cacheRead']), cacheWrite: count(usage['cacheWrite']) }
    this.#context.emit({ type: 'step.ended', step: this.#item, usage: counted, ...(model === '' ? {} : { model }) })
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
    const usage = record(message['usage'])
    this.#endStep(usage, text(message['model']))
    const used = count(usage['input']) + count(usage['cacheRead']) + count(usage['cacheWrite']) + count(usage['output'])
    if (used > 0) emit({ type: 'context', used, ...(this.#window === 0 ? {} : { window: this.#window }) })
    // A retry that succeeds takes this back: only the last word counts.
    this.#problem = message['stopReason'] === 'error' ? text(message['errorMessage']) || 'The model call failed.' : undefined
  }

  /** The summary is a model call of its own. */
  #hearCompaction(message: JsonRecord): void {
    const result = record(message['result'])
    if (text(message['errorMessage']) !== '') this.#context.emit({ type: 'notice', level: 'warning', text: `Pi could not compact the conversation: ${text(message['errorMessage'])}` })
    if (message['aborted'] === true || result['summary'] === undefined) return
    this.#startStep()
    this.#endStep(record(result['usage']))
    this.#context.emit({ type: 'compacted' })
  }
}
