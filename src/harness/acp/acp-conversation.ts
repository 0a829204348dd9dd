import { AppError } from '../../spec/app-error.ts'
import type { Usage } from '../../spec/events/usage.ts'
import type { HarnessContext, HarnessPrompt } from '../../spec/ports/harness.ts'
import { count, type JsonProgram, type JsonRecord, record, records, text } from '../json-program.ts'
import { TurnSettler } from '../turn-settler.ts'
import { AcpCalls, type Refusal } from './acp-calls.ts'
import type { AcpRow } from './acp-row.ts'
import { replyUsage, usageOf } from './acp-usage.ts'
import { ClientFiles } from './client-files.ts'
import { JsonRpc, methodNotFound, RpcRefusal } from '../json-rpc.ts'
import { type OpenSession, openSession, setMode, setModel } from './open-session.ts'
import { cancelled, permissionAnswer } from './permission.ts'
import { SpokenItems } from './spoken-items.ts'

/** A program that does not end a cancelled turn by itself within this time is ended. */
const cancelWithinMs = 10_000

/** Translates one process that speaks ACP. */
export class AcpConversation {
  readonly #row: AcpRow
  readonly #context: HarnessContext
  readonly #turn: TurnSettler
  readonly #rpc: JsonRpc
  readonly #calls: AcpCalls
  readonly #files: ClientFiles
  readonly #spoken: SpokenItems
  /** Ends permission requests that wait when the turn is stopped. */
  #stopping = new AbortController()
  #program: JsonProgram | undefined
  #session: OpenSession | undefined
  #gone = false
  #prompts = 0
  #instructed = false
  #usage: Usage | undefined
  #problem: string | undefined
  #stopReason = ''
  #told = false

  constructor(row: AcpRow, context: HarnessContext) {
    this.#row = row
    this.#context = context
    this.#turn = new TurnSettler(context.emit)
    this.#calls = new AcpCalls(context, row.quirks ?? {})
    this.#files = new ClientFiles(context, this.#calls)
    this.#spoken = new SpokenItems(context)
    this.#rpc = new JsonRpc({ answer: (method, params) => this.#answer(method, params), notice: (method, params) => this.#notice(method, params) })
  }

  async attach(program: JsonProgram): Promise<OpenSession> {
    this.#program = program
    this.#rpc.attach(program)
    this.#session = await openSession(this.#rpc, this.#row, this.#context)
    this.#instructed = !this.#session.fresh
    return this.#session
  }

  async prompt({ text: prompt, images }: HarnessPrompt): Promise<void> {
    if (this.#gone) throw new AppError('unavailable', `${this.#row.title} has ended. Send the prompt again; a new one is started.`)
    this.#turn.start()
    this.#stopping = new AbortController()
    this.#calls.takeRefusals()
    this.#usage = undefined
    this.#problem = undefined
    this.#spoken.startStep()
    // The protocol has no place for a system prompt: the first prompt of a conversation brings it along.
    const { instructions } = this.#context
    const before = this.#instructed || instructions === '' ? [] : [instructions]
    this.#instructed = true
    this.#send([...before, prompt], images)
  }

  /** A second prompt in the running turn; the turn is over when both are answered. */
  async steer(message: string): Promise<void> {
    if (!this.#turn.running) throw new AppError('conflict', 'No turn is running.')
    this.#send([message])
    this.#context.emit({ type: 'steer.landed', when: 'now' })
  }

  async interrupt(): Promise<void> {
    if (!this.#turn.running) return
    const over = this.#turn.interrupted()
    this.#rpc.notify('session/cancel', { sessionId: this.#session?.id })
    this.#stopping.abort()
    const forget = this.#context.clock.after(cancelWithinMs, () => void this.#program?.stop(0))
    await over
    forget()
  }

  async setModel(model: string): Promise<void> {
    if (this.#session !== undefined) await setModel(this.#rpc, this.#session, model)
  }

  async setMode(mode: string): Promise<void> {
    if (this.#session !== undefined) await setMode(this.#rpc, this.#session, mode)
  }

  ended(detail: string): void {
    this.#gone = true
    this.#stopping.abort()
    this.#spoken.endStep()
    this.#calls.endAll(this.#turn.interrupting)
    this.#turn.fail(`${this.#row.title} ended in the middle of the turn: ${detail}`, 'Send the prompt again; a new program is started and goes on with the conversation.')
    this.#rpc.ended(detail)
  }

  hear(message: JsonRecord): void {
    this.#rpc.hear(message)
  }

  #send(texts: readonly string[], images: HarnessPrompt['images'] = []): void {
    this.#prompts += 1
    const prompt = [...texts.map((each) => ({ type: 'text', text: each })), ...images.map(({ mediaType, data }) => ({ type: 'image', mimeType: mediaType, data }))]
    this.#rpc.request('session/prompt', { sessionId: this.#session?.id, prompt })
      .then((reply) => this.#hearReply(reply))
      .catch((error: unknown) => this.#hearReply({}, error instanceof Error ? error.message : String(error)))
  }

  /** The turn is over once every prompt of it is answered. */
  #hearReply(reply: JsonRecord, problem?: string): void {
    this.#prompts -= 1
    this.#usage = replyUsage(reply, this.#row.quirks?.inputHoldsCached === true) ?? this.#usage
    this.#problem = problem ?? this.#problem
    this.#stopReason = text(reply['stopReason'])
    if (this.#prompts > 0 || !this.#turn.running) return
    const refusals = this.#calls.takeRefusals()
    this.#calls.endAll(this.#turn.interrupting)
    const goesOn = this.#row.quirks?.refusalEndsTurn === true && refusals.length > 0 && !this.#turn.interrupting && this.#problem === undefined
    if (goesOn) return this.#send([refusalText(refusals)])
    this.#settle()
  }

  #settle(): void {
    this.#spoken.endStep(this.#usage)
    if (this.#problem !== undefined) return this.#turn.fail(this.#problem, `Look at the message of the model service, then send the prompt again. Sign-in and model: omni harness doctor ${this.#row.id}`)
    if (this.#stopReason === 'refusal') return this.#turn.fail('The model refused to go on.', 'Word the prompt differently.')
    if (this.#stopReason.startsWith('max_')) this.#context.emit({ type: 'notice', level: 'warning', text: `${this.#row.title} stopped at a limit of its own (${this.#stopReason}).` })
    this.#turn.settle({ type: 'settled', outcome: this.#stopReason === 'cancelled' ? 'interrupted' : 'completed' })
  }

  #answer(method: string, params: JsonRecord): Promise<object> {
    switch (method) {
      case 'session/request_permission': return this.#decide(params)
      case 'fs/read_text_file': return this.#files.read(params)
      case 'fs/write_text_file': return this.#files.write(params)
      default: return Promise.reject(new RpcRefusal(methodNotFound, `${method} is not offered here`))
    }
  }

  async #decide(params: JsonRecord): Promise<object> {
    const { signal } = this.#stopping
    if (!this.#turn.running || signal.aborted) return cancelled
    this.#spoken.flush()
    const stopped = new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }))
    const verdict = await Promise.race([this.#calls.ask(record(params['toolCall'])), stopped])
    return verdict === undefined ? cancelled : permissionAnswer(params['options'], verdict)
  }

  #notice(method: string, params: JsonRecord): void {
    if (method !== 'session/update') return
    const update = record(params['update'])
    if (this.#hearOfItself(update)) return
    // Before the conversation is open and between turns it repeats what was said.
    if (!this.#turn.running) return
    this.#tellToken()
    const said = text(record(update['content'])['text'])
    switch (update['sessionUpdate']) {
      case 'agent_message_chunk': return this.#hearChunk(said, update)
      case 'agent_thought_chunk': return this.#spoken.think(said)
      case 'tool_call': case 'tool_call_update': {
        this.#spoken.flush()
        this.#hearTodos(record(update['rawInput'])['todos'])
        return this.#calls.update(update, this.#turn.interrupting)
      }
      case 'plan': return this.#context.emit({ type: 'plan', entries: records(update['entries']).map((entry) => ({ text: text(entry['content']), status: planStatus(entry['status']) })) })
      case 'usage_update': {
        const window = count(update['size'])
        return this.#context.emit({ type: 'context', used: count(update['used']), ...(window === 0 ? {} : { window }) })
      }
      default: return
    }
  }

  /** Some programs send their list of what to do only as the input of a tool. */
  #hearTodos(todos: unknown): void {
    const entries = records(todos).map((todo) => ({ text: text(todo['content']), status: planStatus(todo['status']) }))
    if (entries.length > 0) this.#context.emit({ type: 'plan', entries })
  }

  /** What it says of itself, at any time. */
  #hearOfItself(update: JsonRecord): boolean {
    const { emit } = this.#context
    switch (update['sessionUpdate']) {
      case 'available_commands_update': {
        emit({ type: 'offers', commands: records(update['availableCommands']).map((command) => ({ id: text(command['name']), title: text(command['description']) })) })
        return true
      }
      case 'session_info_update': {
        if (text(update['title']) !== '') emit({ type: 'title', text: text(update['title']) })
        return true
      }
      default: return false
    }
  }

  /** Once it has answered to a prompt: what it said is then on its record, as far as the protocol lets us know. */
  #tellToken(): void {
    if (this.#told || this.#session === undefined) return
    this.#told = true
    this.#context.emit({ type: 'resume', token: this.#session.id })
  }

  /** Some programs count each model call in the last, empty piece of its text. */
  #hearChunk(said: string, update: JsonRecord): void {
    if (said !== '') this.#spoken.say(said, text(update['messageId']))
    const usage = usageOf(record(record(update['_meta'])['usage']), this.#row.quirks?.inputHoldsCached === true)
    if (usage !== undefined) this.#spoken.endStep(usage)
  }
}

function refusalText(refusals: readonly Refusal[]): string {
  const lines = refusals.map(({ title, reason }) => `- ${title}: ${reason}`)
  return `This was refused and did not run:\n${lines.join('\n')}\nGo on without it, or in another way.`
}

function planStatus(status: unknown): 'pending' | 'active' | 'done' {
  return status === 'completed' ? 'done' : status === 'in_progress' ? 'active' : 'pending'
}
