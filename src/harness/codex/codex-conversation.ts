import { AppError } from '../../spec/app-error.ts'
import type { Mode } from '../../spec/events/session-data.ts'
import type { HarnessContext, HarnessPrompt } from '../../spec/ports/harness.ts'
import { count, type JsonProgram, type JsonRecord, record, records, text } from '../json-program.ts'
import { JsonRpc } from '../json-rpc.ts'
import { TurnSettler } from '../turn-settler.ts'
import { CodexCallGate } from './call-gate.ts'
import { ItemSignals } from './item-signals.ts'
import { planOf, usageOf, warningOf } from './notices.ts'
import { type CodexThread, openThread } from './open-thread.ts'
import { ServiceLimits } from './service-limits.ts'
import { ThreadTree } from './thread-tree.ts'

/** Translates one app-server process: its threads to one conversation, our orders to its requests. */
export class CodexConversation {
  readonly #context: HarnessContext
  readonly #apiKey: string | undefined
  readonly #turn: TurnSettler
  readonly #tree = new ThreadTree()
  readonly #items: ItemSignals
  readonly #limits: ServiceLimits
  readonly #rpc: JsonRpc
  #told = false
  #turnId = ''
  /** Resolves when the program has taken the prompt or refused it. */
  #taken: Promise<unknown> = Promise.resolve()
  #model: string
  #billing: CodexThread['billing']
  #mode: Mode | undefined
  #steps = 0
  #problem = ''
  /** How the conversation's own turn ended, while sub-agents of it are still at work. */
  #ending: JsonRecord | undefined
  #gone = false

  /** @param apiKey signs this process in, when it has no login of its own */
  constructor(context: HarnessContext, apiKey?: string) {
    this.#context = context
    this.#model = context.model ?? ''
    this.#apiKey = apiKey
    this.#turn = new TurnSettler(context.emit)
    this.#items = new ItemSignals(context, this.#tree)
    this.#limits = new ServiceLimits(context.emit)
    const gate = new CodexCallGate(context, this.#items, this.#tree)
    this.#rpc = new JsonRpc({ answer: (method, params) => gate.answer(method, params), notice: (method, params) => this.#hear(method, params) })
  }

  async attach(program: JsonProgram): Promise<CodexThread> {
    this.#rpc.attach(program)
    const thread = await openThread(this.#rpc, this.#context, { apiKey: this.#apiKey, gone: () => this.#gone })
    this.#tree.root = thread.id
    this.#model = thread.model
    this.#billing = thread.billing
    return thread
  }

  /** What a person can choose, told when Codex knows it. */
  async tellOffers(): Promise<void> {
    const models = records((await this.#rpc.request('model/list', {}))['data']).filter((model) => model['hidden'] !== true)
    this.#context.emit({ type: 'offers', models: models.map((model) => ({ id: text(model['model']), title: text(model['displayName']) || text(model['model']) })) })
  }

  async prompt({ text: said, images }: HarnessPrompt): Promise<void> {
    if (this.#gone) throw new AppError('unavailable', 'Codex has ended. Send the prompt again; a new one is started.')
    this.#turn.start()
    this.#problem = ''
    this.#turnId = ''
    this.#ending = undefined
    const input = [{ type: 'text', text: said, text_elements: [] }, ...images.map((image) => ({ type: 'localImage', path: image.file }))]
    this.#taken = this.#rpc.request('turn/start', { threadId: this.#tree.root, input, ...this.#turnSettings() }).then((result) => {
      this.#turnId ||= text(record(result['turn'])['id'])
    }).catch((error: unknown) => this.#fail(`Codex did not take the prompt: ${error instanceof Error ? error.message : String(error)}`, 'Check the model and sign-in: omni harness doctor codex'))
  }

  /** A mode stays until another is set, and brings its own model and effort unless they are named with it. */
  #turnSettings(): object {
    const { effort } = this.#context
    const settings = { model: this.#model, ...(effort === undefined ? {} : { effort }) }
    if (this.#mode === undefined) return settings
    return { ...settings, collaborationMode: { mode: this.#mode, settings: { model: this.#model, reasoning_effort: effort ?? null, developer_instructions: null } } }
  }

  async setModel(model: string): Promise<void> {
    this.#model = model
  }

  async setMode(mode: Mode): Promise<void> {
    this.#mode = mode
  }

  async steer(message: string): Promise<void> {
    if (!this.#turn.running || this.#ending !== undefined) throw new AppError('conflict', 'No turn is running.')
    await this.#taken
    await this.#rpc.request('turn/steer', { threadId: this.#tree.root, expectedTurnId: this.#turnId, input: [{ type: 'text', text: message, text_elements: [] }] })
    this.#context.emit({ type: 'steer.landed', when: 'now' })
  }

  async interrupt(): Promise<void> {
    if (!this.#turn.running) return
    const over = this.#turn.interrupted()
    await this.#taken
    const own = this.#ending === undefined ? [[this.#tree.root, this.#turnId] as const] : []
    for (const [threadId, turnId] of [...this.#tree.working, ...own]) {
      // A turn that is over by now is as good as stopped.
      await this.#rpc.request('turn/interrupt', { threadId, turnId }).catch(() => undefined)
      // An interrupt alone leaves the shell command running. Absent in some versions: the box ends it.
      await this.#rpc.request('thread/backgroundTerminals/clean', { threadId }).catch(() => undefined)
    }
    this.#tree.clear()
    this.#settleWhenQuiet()
    await over
  }

  ended(detail: string): void {
    this.#gone = true
    this.#rpc.ended(detail)
    this.#fail(`Codex ended in the middle of the turn: ${detail}`, 'Send the prompt again; a new program is started and goes on with the conversation.')
  }

  hear(message: JsonRecord): void {
    this.#rpc.hear(message)
  }

  #hear(method: string, params: JsonRecord): void {
    const thread = text(params['threadId'])
    // Until the conversation has its id, there is no other.
    const own = thread === this.#tree.root || this.#tree.root === ''
    const { emit } = this.#context
    switch (method) {
      case 'turn/started': return this.#startTurn(thread, text(record(params['turn'])['id']))
      case 'turn/completed': return this.#endTurn(thread, record(params['turn']))
      case 'thread/closed': return own ? undefined : this.#endTurn(thread, { status: 'interrupted' })
      case 'item/started': return this.#items.start(thread, record(params['item']))
      case 'item/completed': {
        this.#sayToken()
        return this.#items.complete(thread, record(params['item']), this.#turn.interrupting)
      }
      case 'item/agentMessage/delta': case 'item/plan/delta': return this.#items.say(thread, params)
      case 'item/reasoning/summaryTextDelta': case 'item/reasoning/textDelta': return this.#items.think(thread, params)
      case 'item/commandExecution/outputDelta': return emit({ type: 'tool.output', call: text(params['itemId']), text: text(params['delta']) })
      case 'thread/tokenUsage/updated': return this.#hearUsage(own, record(params['tokenUsage']))
      case 'turn/plan/updated': return own ? emit({ type: 'plan', entries: planOf(params) }) : undefined
      case 'thread/name/updated': return own && text(params['threadName']) !== '' ? emit({ type: 'title', text: text(params['threadName']) }) : undefined
      case 'account/rateLimits/updated': return this.#limits.hearAccount(record(params['rateLimits']))
      case 'mcpServer/startupStatus/updated': case 'warning': case 'configWarning': case 'model/rerouted': {
        const words = own || thread === '' ? warningOf(method, params) : ''
        return words === '' ? undefined : emit({ type: 'notice', level: 'warning', text: words })
      }
      case 'error': {
        if (params['willRetry'] === true) return
        this.#limits.hearError(record(params['error']))
        if (own) this.#problem = text(record(params['error'])['message'])
        return
      }
      default: return
    }
  }

  /** A thread is written down with its first item. */
  #sayToken(): void {
    if (this.#told) return
    this.#told = true
    this.#context.emit({ type: 'resume', token: this.#tree.root })
  }

  #startTurn(thread: string, turn: string): void {
    if (thread === this.#tree.root) this.#turnId = turn
    else if (this.#turn.running && !this.#turn.interrupting) this.#tree.startTurn(thread, turn)
    // A sub-agent that was just being started when the turn was stopped.
    else void this.#rpc.request('turn/interrupt', { threadId: thread, turnId: turn }).catch(() => undefined)
  }

  /** A turn is over when those are who it set to work. */
  #endTurn(thread: string, turn: JsonRecord): void {
    if (thread === this.#tree.root) this.#ending = turn
    else this.#items.endAgent(thread, turn)
    this.#settleWhenQuiet()
  }

  #settleWhenQuiet(): void {
    if (this.#ending === undefined || this.#tree.working.size > 0) return
    const status = text(this.#ending['status'])
    const problem = text(record(this.#ending['error'])['message']) || this.#problem
    if (status === 'failed' || (status !== 'interrupted' && problem !== '')) return this.#fail(problem || 'The model call failed.', 'Look at the message of the model service, then send the prompt again.')
    this.#items.endAll()
    this.#turn.settle({ type: 'settled', outcome: status === 'interrupted' ? 'interrupted' : 'completed' })
  }

  #fail(reason: string, advice: string): void {
    this.#items.endAll()
    this.#turn.fail(reason, advice)
  }

  /** Each model call tells what it used; what is told between turns was used before. */
  #hearUsage(own: boolean, usage: JsonRecord): void {
    const last = record(usage['last'])
    const { emit } = this.#context
    if (this.#turn.running) {
      const step = `${this.#turnId}-${(this.#steps += 1)}`
      emit({ type: 'step.started', step })
      emit({ type: 'step.ended', step, ...(this.#model === '' ? {} : { model: this.#model }), usage: usageOf(last), ...(this.#billing === undefined ? {} : { billing: this.#billing }) })
    }
    const window = count(usage['modelContextWindow'])
    if (own) emit({ type: 'context', used: count(last['totalTokens']), ...(window === 0 ? {} : { window }) })
  }
}
