import type { HarnessContext, HarnessSignal } from '../../spec/ports/harness.ts'
import { type JsonRecord, records, text } from '../json-program.ts'

type Done = Extract<HarnessSignal, { type: 'tool.done' }>

/**
 * The program's own sub-agents. It names each by an id of its own (`agent_id`, the `task_id` of its task events) and by the call
 * that started it. By default they run beside the main conversation: their call is answered at once with "launched", and is over
 * for people once the agent is.
 */
export class SubAgents {
  readonly #emit: HarnessContext['emit']
  readonly #calls = new Map<string, string>()
  readonly #beside = new Set<string>()

  constructor(emit: HarnessContext['emit']) {
    this.#emit = emit
  }

  callOf(agent: string): string | undefined {
    return this.#calls.get(agent)
  }

  hearStarted(task: JsonRecord): void {
    const call = text(task['tool_use_id'])
    if (task['task_type'] !== 'local_agent' || call === '') return
    this.#calls.set(text(task['task_id']), call)
    if (task['is_backgrounded'] === true) this.#beside.add(call)
  }

  /** What a sub-agent says is output of the call that started it. */
  hearSaid(call: string, message: JsonRecord): void {
    for (const block of records(message['content'])) {
      if (block['type'] === 'text') this.#emit({ type: 'tool.output', call, text: `${text(block['text'])}\n` })
    }
  }

  /** True when the call is not over yet, though the program has answered it. */
  goesOn(done: Done): boolean {
    return done.outcome === 'ok' && this.#beside.has(done.call)
  }

  hearEnded(task: JsonRecord): void {
    const call = text(task['tool_use_id'])
    if (!this.#beside.delete(call)) return
    const outcome = ({ completed: 'ok', stopped: 'interrupted' } as const)[text(task['status'])] ?? 'error'
    this.#emit({ type: 'tool.done', call, outcome, output: text(task['summary']) })
  }
}
