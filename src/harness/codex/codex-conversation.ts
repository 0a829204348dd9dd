import { AppError } from '../../spec/app-error.ts'
import type { HarnessContext } from '../../spec/ports/harness.ts'
import { count, type JsonProgram, type JsonRecord, record, recordGone, records, text } from '../json-program.ts'
import { TurnSettler } from '../turn-settler.ts'
import { codexCall, unknownCall } from './codex-actions.ts'

export interface CodexThread {
  readonly id: string
  readonly model: string
}

type Reply = { readonly result: JsonRecord } | { readonly error: string }

/** Translates one app-server process: JSON-RPC without the version member, one object a line. */
export class CodexConversation {
  readonly #context: HarnessContext
  readonly #turn: TurnSettler
  readonly #waiting = new Map<number, (reply: Reply) => void>()
  /** Items that have started, by id: an approval names one. */
  readonly #items = new Map<string, JsonRecord>()
  /** Calls that passed the gate. */
  readonly #asked = new Set<string>()
  #program: JsonProgram | undefined
  #lastId = 0
  #thread = ''
  #told = false
  #turnId = ''
  #steps = 0
  #problem: string | undefined
  #gone = false

  constructor(context: HarnessContext) {
    this.#context = context
    this.#turn = new TurnSettler(context.emit)
  }

  async attach(program: JsonProgram): Promise<CodexThread> {
    this.#program = program
    await this.#request('initialize', { clientInfo: { name: 'omnigent', title: 'Omnigent', version: '1' }, capabilities: { experimentalApi: true } })
    program.send({ method: 'initialized' })
    const { workspace, model, instructions, resume } = this.#context
    const settings = {
      cwd: workspace, approvalPolicy: 'untrusted', sandbox: 'danger-full-access', ...(model === undefined ? {} : { model }), ...(instructions === '' ? {} : { developerInstructions: instructions }),
      config: { mcp_servers: await this.#userServers() },
    }
    const started = resume === undefined ? await this.#request('thread/start', settings) : await this.#resume(resume, settings)
    this.#thread = text(record(started['thread'])['id'])
    return { id: this.#thread, model: text(started['model']) }
  }

  /** Servers of the user's own configuration start without asking: they stay off. */
  async #userServers(): Promise<JsonRecord> {
    const { config } = await this.#request('config/read', { includeLayers: false })
    return Object.fromEntries(Object.keys(record(record(config)['mcp_servers'])).map((name) => [name, { enabled: false }]))
  }

  /** @throws {AppError} 'unavailable'; what fails while the program lives is that it has no such thread. */
  async #resume(threadId: string, settings: object): Promise<JsonRecord> {
    return this.#request('thread/resume', { threadId, ...settings }).catch((error: unknown) => {
      if (this.#gone) throw error
      this.#context.emit({ type: 'resume.lost' })
      throw recordGone('Codex')
    })
  }

  async prompt(prompt: string): Promise<void> {
    if (this.#gone) throw new AppError('unavailable', 'Codex has ended. Send the prompt again; a new one is started.')
    this.#turn.start()
    this.#problem = undefined
    this.#turnId = ''
    const effort = this.#context.effort
    const started = this.#request('turn/start', { threadId: this.#thread, input: [{ type: 'text', text: prompt, text_elements: [] }], ...(effort === undefined ? {} : { effort }) })
    started.then((result) => {
      this.#turnId ||= text(record(result['turn'])['id'])
    }).catch((error: unknown) => this.#turn.fail(`Codex did not take the prompt: ${error instanceof Error ? error.message : String(error)}`, 'Check the model and sign-in: omni harness doctor codex'))
  }

  async steer(message: string): Promise<void> {
    if (!this.#turn.running) throw new AppError('conflict', 'No turn is running.')
    await this.#request('turn/steer', { threadId: this.#thread, expectedTurnId: this.#turnId, input: [{ type: 'text', text: message, text_elements: [] }] })
    this.#context.emit({ type: 'steer.landed', when: 'now' })
  }

  async interrupt(): Promise<void> {
    if (!this.#turn.running) return
    const over = this.#turn.interrupted()
    await this.#request('turn/interrupt', { threadId: this.#thread, turnId: this.#turnId })
    // An interrupt alone leaves the shell command running.
    await this.#request('thread/backgroundTerminals/clean', { threadId: this.#thread }).catch(() => undefined) // Absent in some versions: the box ends it.
    await over
  }

  ended(detail: string): void {
    this.#gone = true
    for (const answer of this.#waiting.values()) answer({ error: detail })
    this.#waiting.clear()
    this.#turn.fail(`Codex ended in the middle of the turn: ${detail}`, 'Send the prompt again; a new program is started and goes on with the conversation.')
  }

  hear(message: JsonRecord): void {
    const { id, method } = message
    const params = record(message['params'])
    if (typeof method !== 'string') return this.#hearReply(message)
    if (id !== undefined) return this.#hearRequest(id, method, params)
    switch (method) {
      case 'turn/started': {
        this.#turnId = text(record(params['turn'])['id'])
        return
      }
      case 'item/started': return this.#startItem(record(params['item']))
      case 'item/completed': {
        this.#sayToken()
        return this.#completeItem(record(params['item']))
      }
      case 'item/agentMessage/delta': return this.#context.emit({ type: 'text', item: text(params['itemId']), text: text(params['delta']) })
      case 'item/reasoning/summaryTextDelta': case 'item/reasoning/textDelta':
        return this.#context.emit({ type: 'reasoning', item: text(params['itemId']), text: text(params['delta']) })
      case 'item/commandExecution/outputDelta': return this.#context.emit({ type: 'tool.output', call: text(params['itemId']), text: text(params['delta']) })
      case 'thread/tokenUsage/updated': return this.#hearUsage(record(params['tokenUsage']))
      case 'turn/plan/updated': return this.#hearPlan(params)
      case 'error': {
        if (params['willRetry'] !== true) this.#problem = text(record(params['error'])['message'])
        return
      }
      case 'turn/completed': return this.#endTurn(record(params['turn']))
      default: return
    }
  }

  /** A thread is written down with its first item. */
  #sayToken(): void {
    if (this.#told) return
    this.#told = true
    this.#context.emit({ type: 'resume', token: this.#thread })
  }

  #request(method: string, params: object): Promise<JsonRecord> {
    const id = (this.#lastId += 1)
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (reply) => ('error' in reply ? reject(new AppError('unavailable', reply.error)) : resolve(reply.result)))
      try {
        if (this.#program === undefined) throw new AppError('unavailable', 'Codex has not started.')
        this.#program.send({ id, method, params })
      } catch (error) {
        this.#waiting.delete(id)
        reject(error)
      }
    })
  }

  #hearReply(message: JsonRecord): void {
    const answer = this.#waiting.get(Number(message['id']))
    this.#waiting.delete(Number(message['id']))
    const error = record(message['error'])
    answer?.(message['error'] === undefined ? { result: record(message['result']) } : { error: text(error['message']) || 'refused' })
  }

  /** Codex asks: for approval of an item, or for something that nobody here can answer. */
  #hearRequest(id: unknown, method: string, params: JsonRecord): void {
    const itemId = text(params['itemId']) || text(params['callId'])
    const call = codexCall({ ...this.#items.get(itemId), ...definedOf(params), type: this.#items.get(itemId)?.['type'] ?? typeOf(method) }) ?? unknownCall(method, params)
    if (!/requestApproval$|elicitation\/request$/.test(method)) {
      return this.#program?.send({ id, error: { code: -32_601, message: `${method} is not offered here` } })
    }
    const elicited = method.startsWith('mcpServer/')
    const answer = (allow: boolean) => this.#program?.send({ id, result: elicited ? { action: allow ? 'accept' : 'decline', content: null } : { decision: allow ? 'accept' : 'decline' } })
    const key = itemId === '' ? `${method}-${String(id)}` : itemId
    this.#asked.add(key)
    this.#context.authorize({ call: key, ...call })
      .then((verdict) => answer(verdict.type === 'allow'))
      .catch(() => answer(false))
      // The program is gone: it can not run the call either.
      .catch(() => undefined)
  }

  #startItem(item: JsonRecord): void {
    this.#items.set(text(item['id']), item)
    if (item['type'] !== 'agentMessage' && item['type'] !== 'reasoning') return
    this.#steps += 1
  }

  #completeItem(item: JsonRecord): void {
    const id = text(item['id'])
    this.#items.delete(id)
    const { emit } = this.#context
    if (item['type'] === 'agentMessage') return emit({ type: 'message', item: id, text: text(item['text']) })
    if (item['type'] === 'contextCompaction') return emit({ type: 'compacted' })
    const call = codexCall(item)
    if (call === undefined) return
    // Codex runs what it trusts without asking: it is shown all the same.
    if (!this.#asked.delete(id)) emit({ type: 'tool.seen', call: id, ...call })
    const exitCode = typeof item['exitCode'] === 'number' ? item['exitCode'] : undefined
    const output = text(item['aggregatedOutput']) || text(record(item['error'])['message']) || (item['result'] === undefined || item['result'] === null ? '' : JSON.stringify(item['result']))
    emit({ type: 'tool.done', call: id, outcome: outcomeOf(item, this.#turn.interrupting), output, ...(exitCode === undefined ? {} : { exitCode }) })
  }

  #hearUsage(usage: JsonRecord): void {
    const last = record(usage['last'])
    const cached = count(last['cachedInputTokens'])
    const step = `${this.#turnId}-${(this.#steps += 1)}`
    const { emit } = this.#context
    emit({ type: 'step.started', step })
    emit({
      type: 'step.ended', step, ...(this.#context.model === undefined ? {} : { model: this.#context.model }),
      usage: { input: Math.max(0, count(last['inputTokens']) - cached), output: count(last['outputTokens']), cacheRead: cached, reasoning: count(last['reasoningOutputTokens']) },
    })
    const window = count(usage['modelContextWindow'])
    emit({ type: 'context', used: count(last['totalTokens']), ...(window === 0 ? {} : { window }) })
  }

  #hearPlan(params: JsonRecord): void {
    const entries = records(params['plan']).map((entry) => ({
      text: text(entry['step']), status: entry['status'] === 'completed' ? ('done' as const) : entry['status'] === 'inProgress' ? ('active' as const) : ('pending' as const),
    }))
    this.#context.emit({ type: 'plan', entries })
  }

  #endTurn(turn: JsonRecord): void {
    const status = text(turn['status'])
    const problem = text(record(turn['error'])['message']) || this.#problem
    if (status === 'failed' || (status !== 'interrupted' && problem !== undefined && problem !== '')) {
      return this.#turn.fail(problem === undefined || problem === '' ? 'The model call failed.' : problem, 'Look at the message of the model service, then send the prompt again.')
    }
    this.#turn.settle({ type: 'settled', outcome: status === 'interrupted' ? 'interrupted' : 'completed' })
  }
}

function outcomeOf(item: JsonRecord, interrupting: boolean): 'ok' | 'error' | 'denied' | 'interrupted' {
  if (item['status'] === 'declined') return 'denied'
  if (item['status'] === 'completed' && (item['exitCode'] === undefined || item['exitCode'] === null || item['exitCode'] === 0)) return 'ok'
  return interrupting ? 'interrupted' : 'error'
}

const typeOf = (method: string): string => (method.includes('fileChange') ? 'fileChange' : method.includes('commandExecution') ? 'commandExecution' : '')

function definedOf(params: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== null && value !== undefined))
}
