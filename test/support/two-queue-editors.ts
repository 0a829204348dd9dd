import type { Client, Order } from '../../src/client/create-client.ts'
import type { LiveSession } from '../../src/client/live-session.ts'
import type { CommandResult } from '../../src/spec/commands.ts'
import { AppError } from '../../src/spec/app-error.ts'
import type { QueuedPrompt } from '../../src/spec/view/session-view.ts'

/** A person with the session open who reorders, edits and deletes what waits. */
export interface QueueEditor {
  readonly name: string
  readonly client: Client
  readonly live: LiveSession
}

/** What a plan of a prompt writes down when it runs. */
export const noteOf = (mark: string, file: string) => `PLAN:${JSON.stringify([{ shell: `echo ${mark} >> ${file}` }])}`
export const markOf = (text: string) => /echo ([\w.-]+) >>/.exec(text)?.[1] ?? text

/** The next order of an editor, from what its own view shows now. At most one in five deletes. */
export function nextOrder({ name, live }: QueueEditor, step: number, { random, file }: { random: () => number; file: string }): Order | undefined {
  const queue = live.state.view?.queue ?? []
  const target = queue[Math.floor(random() * queue.length)]
  if (target === undefined) return undefined
  const kind = random()
  if (kind < 0.5) return { type: 'queue.move', prompt: target.prompt, before: otherThan(queue, target, random)?.prompt ?? null }
  if (kind < 0.8 || queue.length < 3) return { type: 'queue.change', prompt: target.prompt, text: noteOf(`${markOf(target.text)}.${name}${step}`, file) }
  return { type: 'queue.remove', prompt: target.prompt }
}

/** Another of the queue, or undefined for its end. */
function otherThan(queue: readonly QueuedPrompt[], target: QueuedPrompt, random: () => number): QueuedPrompt | undefined {
  const others: (QueuedPrompt | undefined)[] = [...queue.filter((entry) => entry !== target), undefined]
  return others[Math.floor(random() * others.length)]
}

export interface Accepted {
  readonly order: Order
  readonly seq: number
}
type Waiting = Pick<QueuedPrompt, 'prompt' | 'text'>

/** What the queue must be after these orders, in the order in which they were accepted. Does not use the product's fold. */
export function afterOrders(queue: readonly Waiting[], accepted: readonly Accepted[]): Waiting[] {
  let now = queue.map(({ prompt, text }) => ({ prompt, text }))
  for (const { order } of accepted.toSorted((left, right) => left.seq - right.seq)) {
    if (order.type === 'queue.change') now = now.map((each) => (each.prompt === order.prompt ? { ...each, text: order.text } : each))
    else if (order.type === 'queue.remove') now = now.filter((each) => each.prompt !== order.prompt)
    else if (order.type === 'queue.move') {
      const moved = now.filter((each) => each.prompt === order.prompt)
      const rest = now.filter((each) => each.prompt !== order.prompt)
      const at = order.before === null ? rest.length : rest.findIndex((each) => each.prompt === order.before)
      now = [...rest.slice(0, at), ...moved, ...rest.slice(at)]
    }
  }
  return now
}

/** Sends it; 'refused' when what it names had gone meanwhile, which is the one refusal that is right. */
export async function send({ client }: QueueEditor, session: string, order: Order): Promise<CommandResult | 'refused'> {
  return client.command(session, order).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return 'refused' as const
    throw error
  })
}
