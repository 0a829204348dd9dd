import { AppError } from '../../spec/app-error.ts'
import type { Mode } from '../../spec/events/session-data.ts'
import type { HarnessContext, HarnessPrompt } from '../../spec/ports/harness.ts'
import { type JsonProgram, type JsonRecord, record, records, text } from '../json-program.ts'
import { tellToken } from '../tell-token.ts'
import { TurnSettler } from '../turn-settler.ts'
import { claudeBilling } from './claude-billing.ts'
import { ClaudeGate } from './claude-gate.ts'
import { commandsOf, modelsOf } from './claude-offers.ts'
import { ClaudeSteps } from './claude-steps.ts'
import { ControlChannel } from './control-channel.ts'
import { PlanList } from './plan-list.ts'
import { hopelessRetry, limitedByPlan, limitedByRate } from './service-limits.ts'
import { SubAgents } from './sub-agents.ts'

export interface ClaudeConversationOptions {
  /** Shown to people. */
  readonly title: string
  /** Whether the program's record of a conversation is on disk, for it to be resumed from. */
  hasRecord(session: string): Promise<boolean>
}

/** Translates one process of the stream-json control protocol. @see the types of `@anthropic-ai/claude-agent-sdk`, `sdk.d.ts` */
export class ClaudeConversation {
  readonly #context: HarnessContext
  readonly #options: ClaudeConversationOptions
  readonly #turn: TurnSettler
  readonly #channel: ControlChannel
  readonly #gate: ClaudeGate
  readonly #steps: ClaudeSteps
  readonly #agents: SubAgents
  readonly #plan = new PlanList()
  readonly #toldServers = new Set<string>()
  #gone = false
  #session = ''
  /** The program says when it is at work and when idle; old ones do not. */
  #tellsState = false
  /** How the prompt was answered; work beside it may go on. */
  #answer: JsonRecord | undefined
  /** Why the turn was given up. */
  #problem: string | undefined
  #pid: unknown

  constructor(context: HarnessContext, options: ClaudeConversationOptions) {
    this.#context = context
    this.#options = options
    this.#turn = new TurnSettler(context.emit)
    this.#channel = new ControlChannel(options.title)
    this.#steps = new ClaudeSteps(context)
    this.#agents = new SubAgents(context.emit)
    this.#gate = new ClaudeGate({
      context, channel: this.#channel, parentOf: (agent) => this.#agents.callOf(agent),
      planned: (plan) => (plan === '' ? undefined : this.#steps.say(plan)),
    })
  }

  /** The process that does the work, as it says itself: another one than was started where the SDK starts it. */
  get pid(): unknown {
    return this.#pid
  }

  /** Resolves when the program accepts a prompt. @param opening the `initialize` request */
  async attach(program: JsonProgram, opening: object): Promise<void> {
    this.#channel.attach(program)
    const offered = await this.#channel.request({ subtype: 'initialize', ...opening })
    this.#pid = offered['pid']
    this.#context.emit({ type: 'offers', commands: commandsOf(offered['commands']), models: modelsOf(offered['models']) })
    const { resume, forkOf } = this.#context
    if (resume === undefined && forkOf === undefined) return
    // An old program does not know the question, and starts counting from zero.
    await this.#channel.request({ subtype: 'get_usage', skip_behaviors: true }).then((usage) => this.#steps.meter.startFrom(record(usage['session'])), () => undefined)
  }

  async prompt({ text: said, images }: HarnessPrompt): Promise<void> {
    if (this.#gone) throw new AppError('unavailable', `${this.#options.title} has ended. Send the prompt again; a new one is started.`)
    this.#turn.start()
    this.#answer = undefined
    this.#problem = undefined
    const pictures = images.map(({ mediaType, data }) => ({ type: 'image', source: { type: 'base64', media_type: mediaType, data } }))
    this.#say(pictures.length === 0 ? said : [...pictures, { type: 'text', text: said }])
  }

  async steer(message: string): Promise<void> {
    if (!this.#turn.running) throw new AppError('conflict', 'No turn is running.')
    this.#say(message, { priority: 'next' })
    this.#context.emit({ type: 'steer.landed', when: 'now' })
  }

  async interrupt(): Promise<void> {
    if (!this.#turn.running) return
    const over = this.#turn.interrupted()
    await this.#channel.request({ subtype: 'interrupt' })
    await over
  }

  async setModel(model: string): Promise<void> {
    await this.#channel.request({ subtype: 'set_model', model })
  }

  async setMode(mode: Mode): Promise<void> {
    await this.#channel.request({ subtype: 'set_permission_mode', mode })
  }

  ended(detail: string): void {
    this.#gone = true
    this.#channel.ended()
    this.#steps.close()
    this.#turn.fail(`${this.#options.title} ended in the middle of the turn: ${detail}`, 'Send the prompt again; a new program is started and goes on with the conversation.')
  }

  hear(message: JsonRecord): void {
    const parent = text(message['parent_tool_use_id'])
    const request = record(message['request'])
    switch (message['type']) {
      case 'control_response': return this.#channel.hearResponse(record(message['response']))
      case 'control_request': return this.#hearRequest(text(message['request_id']), request)
      case 'system': return this.#hearSystem(message)
      case 'stream_event': return parent === '' ? this.#steps.hearStream(record(message['event'])) : undefined
      case 'assistant': return this.#hearAssistant(message, parent)
      case 'user': return this.#hearResults(message)
      case 'rate_limit_event': {
        const limited = limitedByPlan(message)
        return limited === undefined ? undefined : this.#context.emit(limited)
      }
      // A new conversation in the same process: it counts from zero.
      case 'conversation_reset': return this.#steps.meter.startFrom({})
      case 'result': return this.#hearResult(message)
      default: return
    }
  }

  #say(content: unknown, extra: object = {}): void {
    this.#channel.send({ type: 'user', message: { role: 'user', content }, parent_tool_use_id: null, session_id: this.#session, ...extra })
  }

  #hearRequest(id: string, request: JsonRecord): void {
    switch (request['subtype']) {
      case 'hook_callback': return this.#gate.hearHook(id, record(request['input']))
      case 'can_use_tool': return this.#gate.hearPermission(id, request)
      default: return this.#channel.refuse(id, 'not offered here')
    }
  }

  #hearSystem(message: JsonRecord): void {
    const { emit } = this.#context
    switch (message['subtype']) {
      case 'init': return this.#hearInit(message)
      case 'session_state_changed': {
        this.#tellsState = true
        return message['state'] === 'idle' ? this.#settle() : undefined
      }
      case 'api_retry': return this.#hearRetry(message)
      case 'compact_boundary': return emit({ type: 'compacted' })
      case 'commands_changed': return emit({ type: 'offers', commands: commandsOf(message['commands']) })
      case 'local_command_output': return this.#steps.say(text(message['content']))
      case 'task_started': return this.#agents.hearStarted(message)
      case 'task_notification': return this.#agents.hearEnded(message)
      // Another model answered, or none: the first one would not.
      case 'model_refusal_fallback': case 'model_refusal_no_fallback': return emit({ type: 'notice', level: 'warning', text: text(message['content']) })
      case 'informational': return message['level'] === 'warning' ? emit({ type: 'notice', level: 'warning', text: text(message['content']) }) : undefined
      default: return
    }
  }

  #hearInit(message: JsonRecord): void {
    this.#steps.billing = claudeBilling(text(message['apiKeySource']), this.#context)
    const session = text(message['session_id'])
    if (session !== '' && session !== this.#session) {
      this.#session = session
      tellToken(this.#context, session, () => this.#options.hasRecord(session))
    }
    for (const { name, status } of records(message['mcp_servers'])) {
      if ((status !== 'failed' && status !== 'needs-auth') || this.#toldServers.has(text(name))) continue
      this.#toldServers.add(text(name))
      const why = status === 'failed' ? 'did not start' : 'wants a sign-in'
      this.#context.emit({ type: 'notice', level: 'warning', text: `The MCP server ${text(name)} ${why}: the session goes on without it.` })
    }
  }

  #hearRetry(retry: JsonRecord): void {
    const limited = limitedByRate(retry, this.#context.clock.now())
    if (limited !== undefined) this.#context.emit(limited)
    const problem = hopelessRetry(retry)
    if (problem === undefined || this.#problem !== undefined) return
    this.#problem = problem
    // The program is gone: the turn ends anyway.
    this.#channel.request({ subtype: 'interrupt' }).catch(() => undefined)
  }

  #hearAssistant({ message, error }: JsonRecord, parent: string): void {
    for (const block of records(record(message)['content'])) {
      if (block['type'] === 'tool_use') this.#plan.hearCall(text(block['id']), text(block['name']), record(block['input']))
    }
    if (parent !== '') return this.#agents.hearSaid(parent, record(message))
    // The program's words on a failed call: the turn ends with them.
    if (text(error) === '') this.#steps.hearMessage(record(message))
  }

  #hearResults(message: JsonRecord): void {
    for (const block of records(record(message['message'])['content'])) {
      if (block['type'] !== 'tool_result') continue
      const call = text(block['tool_use_id'])
      const output = typeof block['content'] === 'string' ? block['content'] : records(block['content']).map((part) => text(part['text'])).join('\n')
      const allowed = this.#gate.take(call)
      const outcome = block['is_error'] !== true ? 'ok' : this.#turn.interrupting ? 'interrupted' : allowed ? 'error' : 'denied'
      const done = { type: 'tool.done', call, outcome, output } as const
      if (!this.#agents.goesOn(done)) this.#context.emit(done)
      const plan = this.#plan.hearResult(call, outcome === 'ok', message['tool_use_result'])
      if (plan !== undefined) this.#context.emit(plan)
    }
  }

  /** A `result` with an `origin` ends work that the program took up by itself, such as reading what a sub-agent found. */
  #hearResult(result: JsonRecord): void {
    this.#steps.hearResult(result)
    if (!this.#turn.running) return
    if (result['origin'] === undefined || this.#answer !== undefined) this.#answer = result
    if (!this.#tellsState) this.#settle()
  }

  /** The program has nothing left to do; sub-agents beside the conversation are done too. */
  #settle(): void {
    const answer = this.#answer
    if (answer === undefined) return
    this.#answer = undefined
    if (this.#problem !== undefined) return this.#turn.fail(this.#problem, `Sign in again, or set a valid key, then send the prompt again. "omni harness doctor" says what ${this.#options.title} needs.`)
    // An error of the service comes as a "success" that is marked as an error.
    if (answer['is_error'] !== true && answer['subtype'] === 'success') return this.#turn.settle({ type: 'settled', outcome: 'completed' })
    const reason = text(answer['result']) || (Array.isArray(answer['errors']) ? answer['errors'].map(text).filter((each) => each !== '').join('\n') : '')
    this.#turn.fail(reason || `The turn ended with ${text(answer['subtype'])}.`, 'Look at the message of the model service, then send the prompt again.')
  }
}
