import type { HarnessContext } from '../../spec/ports/harness.ts'
import { type JsonRecord, record, records, text } from '../json-program.ts'
import { codexCall, type CodexCall } from './codex-actions.ts'
import type { ThreadTree } from './thread-tree.ts'

export interface OpenItem {
  readonly thread: string
  readonly item: JsonRecord
}

type Outcome = 'ok' | 'error' | 'denied' | 'interrupted'

/** Translates items: messages, plans, calls and what becomes of them. What a sub-agent says is output of the call that started it. */
export class ItemSignals {
  readonly #context: HarnessContext
  readonly #tree: ThreadTree
  readonly #open = new Map<string, OpenItem>()
  /** Calls that passed the gate or are shown already. */
  readonly #shown = new Set<string>()
  readonly #refused = new Set<string>()
  /** Calls that started a sub-agent which is at work, with the last that it said. */
  readonly #starts = new Map<string, string>()

  constructor(context: HarnessContext, tree: ThreadTree) {
    this.#context = context
    this.#tree = tree
  }

  /** Items that have started and not ended, by id: an approval names one. */
  get open(): ReadonlyMap<string, OpenItem> {
    return this.#open
  }

  wasAsked(id: string): boolean {
    return this.#shown.has(id)
  }

  /** The gate is asked for a call: that shows it. */
  ask(id: string): void {
    this.#shown.add(id)
  }

  /** The gate said no. Codex tells some refusals as failures. */
  refuse(id: string): void {
    this.#refused.add(id)
  }

  start(thread: string, item: JsonRecord): void {
    const id = text(item['id'])
    this.#open.set(id, { thread, item })
    // Codex never asks before these: they are shown as they begin, since what they start comes before their end.
    if (item['type'] === 'collabAgentToolCall' || item['type'] === 'subAgentActivity') this.#see(id, thread, codexCall(item))
  }

  say(thread: string, params: JsonRecord): void {
    if (thread === this.#tree.root) this.#context.emit({ type: 'text', item: text(params['itemId']), text: text(params['delta']) })
  }

  think(thread: string, params: JsonRecord): void {
    if (thread === this.#tree.root) this.#context.emit({ type: 'reasoning', item: text(params['itemId']), text: text(params['delta']) })
  }

  complete(thread: string, item: JsonRecord, interrupting: boolean): void {
    const id = text(item['id'])
    this.#open.delete(id)
    if (item['type'] === 'agentMessage' || item['type'] === 'plan') return this.#completeMessage(thread, id, text(item['text']))
    if (item['type'] === 'contextCompaction') return thread === this.#tree.root ? this.#context.emit({ type: 'compacted' }) : undefined
    const call = codexCall(item)
    if (call === undefined) return
    // Codex runs what it trusts without asking: it is shown all the same.
    this.#see(id, thread, call)
    const started = startedAgent(item)
    if (started !== undefined) {
      this.#starts.set(id, '')
      return this.#tree.start(started, id)
    }
    const exitCode = typeof item['exitCode'] === 'number' ? item['exitCode'] : undefined
    this.#finish(id, outcomeOf(item, interrupting), outputOf(item), exitCode)
  }

  /** A sub-agent has ended its work. */
  endAgent(thread: string, turn: JsonRecord): void {
    const call = this.#tree.callOf(thread)
    this.#tree.endTurn(thread)
    const said = call === undefined ? undefined : this.#starts.get(call)
    if (call === undefined || said === undefined) return
    this.#starts.delete(call)
    const outcome = { completed: 'ok', interrupted: 'interrupted' } as const
    this.#finish(call, outcome[text(turn['status']) as keyof typeof outcome] ?? 'error', text(record(turn['error'])['message']) || said)
  }

  /** The turn is over: what a sub-agent was started for is, too. */
  endAll(): void {
    for (const call of this.#starts.keys()) this.#finish(call, 'interrupted', this.#starts.get(call) ?? '')
    this.#starts.clear()
    this.#tree.clear()
  }

  #completeMessage(thread: string, item: string, said: string): void {
    const parent = this.#tree.callOf(thread)
    if (parent === undefined) return this.#context.emit({ type: 'message', item, text: said })
    if (this.#starts.has(parent)) this.#starts.set(parent, said)
    this.#context.emit({ type: 'tool.output', call: parent, text: `${said}\n` })
  }

  #see(id: string, thread: string, call: CodexCall | undefined): void {
    if (call === undefined || this.#shown.has(id)) return
    this.#shown.add(id)
    const parent = this.#tree.callOf(thread)
    this.#context.emit({ type: 'tool.seen', call: id, ...call, ...(parent === undefined ? {} : { parent }) })
  }

  #finish(call: string, outcome: Outcome, output: string, exitCode?: number): void {
    this.#shown.delete(call)
    this.#context.emit({ type: 'tool.done', call, outcome: this.#refused.delete(call) ? 'denied' : outcome, output, ...(exitCode === undefined ? {} : { exitCode }) })
  }
}

/** The thread of the sub-agent that a completed item has started; models of two generations have two kinds of item for it. */
function startedAgent(item: JsonRecord): string | undefined {
  if (item['type'] === 'subAgentActivity') return text(item['agentThreadId'])
  if (item['type'] !== 'collabAgentToolCall' || item['tool'] !== 'spawnAgent' || item['status'] !== 'completed') return undefined
  const [thread] = Array.isArray(item['receiverThreadIds']) ? item['receiverThreadIds'] : []
  return typeof thread === 'string' ? thread : undefined
}

function outcomeOf(item: JsonRecord, interrupting: boolean): Outcome {
  if (item['status'] === 'declined') return 'denied'
  const ended = item['status'] === 'completed' || item['status'] === undefined
  if (ended && (item['exitCode'] === undefined || item['exitCode'] === null || item['exitCode'] === 0)) return 'ok'
  return interrupting ? 'interrupted' : 'error'
}

function outputOf(item: JsonRecord): string {
  const result = record(item['result'])
  const told = records(result['content']).map((part) => text(part['text'])).join('\n')
  return text(item['aggregatedOutput']) || text(record(item['error'])['message']) || told || (Object.keys(result).length === 0 ? '' : JSON.stringify(result))
}
