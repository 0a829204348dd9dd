import { AppError } from '../../spec/app-error.ts'
import type { HarnessContext, Verdict } from '../../spec/ports/harness.ts'
import { count, type JsonProgram, type JsonRecord, record, records, text } from '../json-program.ts'
import { tellToken } from '../tell-token.ts'
import { TurnSettler } from '../turn-settler.ts'
import { claudeActions, claudeTitle } from './claude-actions.ts'

const hookId = 'omnigent-gate'
/** Seconds that the program waits for the gate: a person may take long. Its own default is 600. */
const hookTimeoutS = 7 * 24 * 3_600

/** Translates one process of the stream-json control protocol. */
export class ClaudeConversation {
  readonly #context: HarnessContext
  readonly #hasRecord: (session: string) => Promise<boolean>
  readonly #turn: TurnSettler
  readonly #born: string
  readonly #ready = Promise.withResolvers<void>()
  readonly #allowed = new Set<string>()
  #program: JsonProgram | undefined
  #gone = false
  #requests = 0
  #items = 0
  #steps = 0
  #session = ''
  #costUsd = 0

  /** @param hasRecord whether the program's record of a conversation is on disk, for it to be resumed from */
  constructor(context: HarnessContext, hasRecord: (session: string) => Promise<boolean>) {
    this.#context = context
    this.#hasRecord = hasRecord
    this.#turn = new TurnSettler(context.emit)
    this.#born = context.clock.now().toString(36)
  }

  attach(program: JsonProgram): Promise<void> {
    this.#program = program
    const gate = { matcher: null, hookCallbackIds: [hookId], timeout: hookTimeoutS, onFailure: 'block' }
    this.#control('init', { subtype: 'initialize', hooks: { PreToolUse: [gate] } })
    return this.#ready.promise
  }

  async prompt(prompt: string): Promise<void> {
    if (this.#gone) throw new AppError('unavailable', 'Claude Code has ended. Send the prompt again; a new one is started.')
    this.#turn.start()
    this.#say(prompt)
  }

  async steer(message: string): Promise<void> {
    if (!this.#turn.running) throw new AppError('conflict', 'No turn is running.')
    this.#say(message, { priority: 'next' })
    this.#context.emit({ type: 'steer.landed', when: 'now' })
  }

  async interrupt(): Promise<void> {
    if (!this.#turn.running) return
    this.#control(`stop${(this.#requests += 1)}`, { subtype: 'interrupt' })
    await this.#turn.interrupted()
  }

  ended(detail: string): void {
    this.#gone = true
    this.#turn.fail(`Claude Code ended in the middle of the turn: ${detail}`, 'Send the prompt again; a new program is started and goes on with the conversation.')
  }

  hear(message: JsonRecord): void {
    const own = message['parent_tool_use_id'] === null || message['parent_tool_use_id'] === undefined
    switch (message['type']) {
      case 'control_response': {
        if (record(message['response'])['request_id'] === 'init') this.#ready.resolve()
        return
      }
      case 'control_request': return this.#hearControl(text(message['request_id']), record(message['request']))
      case 'system': return this.#hearSystem(message)
      case 'stream_event': return own ? this.#hearStream(record(message['event'])) : undefined
      case 'assistant': return own ? this.#hearAssistant(record(message['message'])) : undefined
      case 'user': return this.#hearResults(record(message['message']))
      case 'result': return this.#hearEnd(message)
      default: return
    }
  }

  #say(content: string, extra: object = {}): void {
    this.#send({ type: 'user', message: { role: 'user', content }, parent_tool_use_id: null, session_id: this.#session, ...extra })
  }

  #control(requestId: string, request: object): void {
    this.#send({ type: 'control_request', request_id: requestId, request })
  }

  #send(message: object): void {
    if (this.#program === undefined) throw new AppError('unavailable', 'Claude Code has not started.')
    this.#program.send(message)
  }

  #answer(requestId: string, response: object): void {
    if (!this.#gone) this.#send({ type: 'control_response', response: { subtype: 'success', request_id: requestId, response } })
  }

  #hearControl(requestId: string, request: JsonRecord): void {
    switch (request['subtype']) {
      case 'hook_callback': return this.#hearHook(requestId, record(request['input']))
      case 'can_use_tool': {
        // The hook has asked already; what it did not pass is not passed here either.
        const passed = this.#allowed.has(text(request['tool_use_id']))
        return this.#answer(requestId, passed ? { behavior: 'allow', updatedInput: request['input'] } : { behavior: 'deny', message: 'The gate did not allow this call.' })
      }
      default: return this.#send({ type: 'control_response', response: { subtype: 'error', request_id: requestId, error: 'not offered here' } })
    }
  }

  #hearHook(requestId: string, hook: JsonRecord): void {
    const [tool, input, call] = [text(hook['tool_name']), record(hook['tool_input']), text(hook['tool_use_id'])]
    const answer = (verdict: Verdict) => {
      if (verdict.type === 'allow') this.#allowed.add(call)
      const decision = verdict.type === 'allow' ? { permissionDecision: 'allow' } : { permissionDecision: 'deny', permissionDecisionReason: verdict.reason }
      this.#answer(requestId, { hookSpecificOutput: { hookEventName: 'PreToolUse', ...decision } })
    }
    if (tool === '' || call === '') return answer({ type: 'deny', reason: 'The gate could not read the call.' })
    this.#context.authorize({ call, tool, title: claudeTitle(tool, input), input, actions: claudeActions(tool, input) })
      .then(answer)
      .catch((error: unknown) => answer({ type: 'deny', reason: error instanceof Error ? error.message : 'The gate failed.' }))
      // The program is gone: it can not run the call either.
      .catch(() => undefined)
  }

  #hearSystem(message: JsonRecord): void {
    const session = text(message['session_id'])
    if (message['subtype'] === 'init' && session !== '' && session !== this.#session) {
      this.#session = session
      tellToken(this.#context, session, () => this.#hasRecord(session))
    }
    if (message['subtype'] === 'compact_boundary') this.#context.emit({ type: 'compacted' })
  }

  get #item(): string {
    return `cc-${this.#born}-${this.#items}`
  }

  get #step(): string {
    return `cc-${this.#born}-step-${this.#steps}`
  }

  #hearStream(event: JsonRecord): void {
    const delta = record(event['delta'])
    switch (event['type']) {
      case 'message_start':
        this.#steps += 1
        return this.#context.emit({ type: 'step.started', step: this.#step })
      case 'content_block_start':
        this.#items += 1
        return
      case 'content_block_delta': {
        if (delta['type'] === 'text_delta') this.#context.emit({ type: 'text', item: this.#item, text: text(delta['text']) })
        if (delta['type'] === 'thinking_delta') this.#context.emit({ type: 'reasoning', item: this.#item, text: text(delta['thinking']) })
        return
      }
      default: return
    }
  }

  /** One block a message: it arrives before the stream's own end of the block. */
  #hearAssistant(message: JsonRecord): void {
    for (const block of records(message['content'])) {
      if (block['type'] === 'text') this.#context.emit({ type: 'message', item: this.#item, text: text(block['text']) })
      if (block['type'] === 'thinking') this.#context.emit({ type: 'message', item: this.#item, text: '', reasoning: text(block['thinking']) })
      if (block['type'] === 'tool_use' && block['name'] === 'TodoWrite') this.#hearPlan(record(block['input']))
    }
  }

  #hearPlan(input: JsonRecord): void {
    const entries = records(input['todos']).map((todo) => ({
      text: text(todo['content']), status: todo['status'] === 'completed' ? ('done' as const) : todo['status'] === 'in_progress' ? ('active' as const) : ('pending' as const),
    }))
    this.#context.emit({ type: 'plan', entries })
  }

  #hearResults(message: JsonRecord): void {
    for (const block of records(message['content'])) {
      if (block['type'] !== 'tool_result') continue
      const call = text(block['tool_use_id'])
      const output = typeof block['content'] === 'string' ? block['content'] : records(block['content']).map((part) => text(part['text'])).join('\n')
      const outcome = block['is_error'] !== true ? 'ok' : this.#turn.interrupting ? 'interrupted' : this.#allowed.has(call) ? 'error' : 'denied'
      this.#allowed.delete(call)
      this.#context.emit({ type: 'tool.done', call, outcome, output })
    }
  }

  #hearEnd(message: JsonRecord): void {
    const usage = record(message['usage'])
    const total = typeof message['total_cost_usd'] === 'number' ? message['total_cost_usd'] : this.#costUsd
    const reportedMicroUsd = Math.max(0, Math.round((total - this.#costUsd) * 1_000_000))
    this.#costUsd = total
    const model = Object.keys(record(message['modelUsage']))[0]
    this.#context.emit({
      type: 'step.ended', step: this.#step, ...(model === undefined ? {} : { model }),
      usage: {
        input: count(usage['input_tokens']), output: count(usage['output_tokens']), cacheRead: count(usage['cache_read_input_tokens']),
        cacheWrite: count(usage['cache_creation_input_tokens']), reportedMicroUsd,
      },
    })
    // An error of the service comes as a "success" that is marked as an error.
    if (message['is_error'] !== true && message['subtype'] === 'success') return this.#turn.settle({ type: 'settled', outcome: 'completed' })
    this.#turn.fail(text(message['result']) || `The turn ended with ${text(message['subtype'])}.`, 'Look at the message of the model service, then send the prompt again.')
  }
}
