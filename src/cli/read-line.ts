import type { Order } from '../client/create-client.ts'
import type { CommandResult } from '../spec/commands.ts'
import type { SessionView } from '../spec/view/session-view.ts'
import type { ModelList } from '../spec/model-list.ts'
import { printable } from '../base/printable.ts'
import { systemClock } from '../app/system-clock.ts'
import { modelListText } from './model-list-text.ts'
import type { CommandContext } from './command.ts'

export interface TypedLine {
  readonly line: string
  readonly view: SessionView
  order(body: Order): Promise<CommandResult>
  readonly context: CommandContext
  /** What the harness offers. */
  models(harness: string): Promise<ModelList | undefined>
  leave(): void
  readonly address: string
}

const help = `  type a prompt and press Enter; while a turn runs it joins the queue
  /steer TEXT   say it into the running turn      /stop    stop the turn
  y or n        answer the open question          /queue   what waits
  /run          go on with a held queue           /open    the page’s address
  /harness ID [MODEL]   go on with another        /model [ID]   another model, or what there is
  /quit         leave (the session stays)         /help
`

/** One line that a person typed into a session. */
export async function readLine(typed: TypedLine): Promise<void> {
  const { view, order, context } = typed
  const line = typed.line.trim()
  if (line === '') return
  const [word = '', ...rest] = line.split(' ')
  const ask = view.asks[0]
  if (ask !== undefined && /^(y|yes|n|no)$/i.test(line)) {
    await order({ type: 'approval.answer', approval: ask.approval, digest: ask.digest, answer: /^y/i.test(line) ? 'allow' : 'deny' })
    return
  }
  switch (word) {
    case '/quit': case '/exit': return typed.leave()
    case '/help': return context.note(help)
    case '/stop': return void (await order({ type: 'turn.interrupt', scope: 'subtree' }))
    case '/run': return void (await order({ type: 'queue.run' }))
    case '/open': return context.note(`  ${typed.address}/s/${view.session}\n`)
    case '/queue': return context.note(view.queue.length === 0 ? '  the queue is empty\n' : view.queue.map((entry, index) => `  ${index + 1}. ${printable(entry.text).slice(0, 100)}\n`).join(''))
    case '/harness': return switchTo(typed, rest[0], rest[1])
    case '/model': return rest[0] === undefined ? showModels(typed) : switchTo(typed, view.harness, rest[0])
    case '/steer': {
      const { landing } = await order({ type: 'turn.steer', text: rest.join(' ') })
      return context.note(landing === 'turn' ? '' : '  it will land with the next prompt\n')
    }
    default: break
  }
  if (word.startsWith('/')) return context.note(`  there is no ${printable(word)}; /help lists what there is\n`)
  const { landing } = await order({ type: 'turn.start', text: line })
  if (landing === 'queued') context.note('  queued\n')
}

async function showModels({ view, context, models }: TypedLine): Promise<void> {
  const list = await models(view.harness)
  if (list === undefined) return context.note('  say which: /model ID\n')
  context.note(printable(modelListText(list, systemClock.now()).split('\n').map((line) => `  ${line}`).join('\n')))
  context.note(`say which: /model ID${view.model === undefined ? '' : `; now ${printable(view.model)}`}\n`)
}

async function switchTo({ order, context, view }: TypedLine, harness: string | undefined, model: string | undefined): Promise<void> {
  if (harness === undefined || harness === '') return context.note('  say which: /harness ID, or /model ID\n')
  await order({ type: 'harness.switch', harness, ...(model === undefined ? {} : { model }) })
  if (view.turn !== undefined) context.note('  after the running turn\n')
}
