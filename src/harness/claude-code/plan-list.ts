import type { HarnessSignal } from '../../spec/ports/harness.ts'
import { type JsonRecord, record, records, text } from '../json-program.ts'

type Plan = Extract<HarnessSignal, { type: 'plan' }>
type Entry = Plan['entries'][number]
type Task = { readonly text: string; readonly status: unknown }

/**
 * The program's list of what it means to do. It keeps it task by task (`TaskCreate {subject}` is answered with an id,
 * `TaskUpdate {taskId, status, subject}`, `TaskList`); older ones, and some models, write the whole list (`TodoWrite {todos}`).
 */
export class PlanList {
  readonly #wanted = new Map<string, { readonly tool: string; readonly input: JsonRecord }>()
  readonly #tasks = new Map<string, Task>()

  hearCall(call: string, tool: string, input: JsonRecord): void {
    if (tool === 'TodoWrite' || tool === 'TaskCreate' || tool === 'TaskUpdate' || tool === 'TaskList') this.#wanted.set(call, { tool, input })
  }

  /** The plan as it is now, when this call changed it. */
  hearResult(call: string, ok: boolean, result: unknown): Plan | undefined {
    const wanted = this.#wanted.get(call)
    this.#wanted.delete(call)
    if (wanted === undefined || !ok) return undefined
    const { tool, input } = wanted
    if (tool === 'TodoWrite') this.#replace(records(input['todos']).map((todo, index) => [String(index), { text: text(todo['content']), status: todo['status'] }]))
    else if (tool === 'TaskList') this.#replace(records(record(result)['tasks']).map((task) => [text(task['id']), { text: text(task['subject']), status: task['status'] }]))
    else if (tool === 'TaskCreate') this.#tasks.set(text(record(record(result)['task'])['id']), { text: text(input['subject']), status: 'pending' })
    else this.#update(input)
    return { type: 'plan', entries: [...this.#tasks.values()].map(({ text: said, status }) => ({ text: said, status: statusOf(status) })) }
  }

  #replace(tasks: readonly (readonly [string, Task])[]): void {
    this.#tasks.clear()
    for (const [id, task] of tasks) this.#tasks.set(id, task)
  }

  #update(input: JsonRecord): void {
    const id = text(input['taskId'])
    const task = this.#tasks.get(id)
    if (input['status'] === 'deleted') this.#tasks.delete(id)
    else if (task !== undefined) this.#tasks.set(id, { text: text(input['subject']) || task.text, status: input['status'] ?? task.status })
  }
}

function statusOf(status: unknown): Entry['status'] {
  return status === 'completed' ? 'done' : status === 'in_progress' ? 'active' : 'pending'
}
