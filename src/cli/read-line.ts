import type { Order } from '../client/create-client.ts'
import { effortLevels } from '../spec/agent/words.ts'
import type { Attachment } from '../spec/attachment.ts'
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
  /** Sends a file; it goes with the next prompt. */
  attach(file: string): Promise<void>
  /** What was attached since the last prompt, once. */
  takeAttached(): readonly Attachment[]
  /** What the harness offers. */
  models(harness: string): Promise<ModelList | undefined>
  leave(): void
  readonly address: string
}

const help = `  type a prompt and press Enter; while a turn runs it joins the queue
  /steer TEXT   say it into the running turn      /stop    stop the turn
  y, n          answer the open question          /queue   what waits
  a             yes, and for the rest of the session to what is shown
  p             the same for every session of this folder, where that is offered
  /run          go on with a held queue           /open    the page’s address
  /harness ID [MODEL]   go on with another        /model [ID]   another model, or what there is
  /effort LEVEL         how hard it thinks        /attach FILE  goes with the next prompt
  /plan         read and plan only                /work    carry out the plan
  /quit         leave (the session stays)         /help
`

/** One line that a person typed into a session. */
export async function readLine(typed: TypedLine): Promise<void> {
  const { view, order, context } = typed
  const line = typed.line.trim()
  if (line === '') return
  const [word = '', ...rest] = line.split(' ')
  const ask = view.asks[0]
  if (ask !== undefined && /^(y|yes|n|no|a|always|p|project)$/i.test(line)) {
    const scope = /^a/i.test(line) ? 'session' : /^p/i.test(line) ? 'project' : undefined
    if (scope !== undefined && ask.offers === undefined) return context.note('  a rule that asks wants to be asked each time: answer y or n\n')
    if (scope === 'project' && ask.offers?.some((offer) => offer.scope !== 'project') === true) return context.note('  a rule that asks lets itself be answered for the session at most: answer a, y or n\n')
    await order({ type: 'approval.answer', approval: ask.approval, digest: ask.digest, answer: /^n/i.test(line) ? 'deny' : 'allow', ...(scope === undefined ? {} : { remember: { scope } }) })
    return
  }
  switch (word) {
    case '/quit': case '/exit': return typed.leave()
    case '/help': return context.note(`${help}${offered(view)}`)
    case '/stop': return void (await order({ type: 'turn.interrupt', scope: 'subtree' }))
    case '/run': return void (await order({ type: 'queue.run' }))
    case '/open': return context.note(`  ${typed.address}/s/${view.session}\n`)
    case '/queue': return context.note(view.queue.length === 0 ? '  the queue is empty\n' : view.queue.map((entry, index) => `  ${index + 1}. ${printable(entry.text).slice(0, 100)}\n`).join(''))
    case '/harness': return rest[0] === undefined ? context.note('  say which: /harness ID\n') : switchTo(typed, { harness: rest[0], ...(rest[1] === undefined ? {} : { model: rest[1] }) })
    case '/model': return rest[0] === undefined ? showModels(typed) : switchTo(typed, { ...chosen(view), model: rest[0] })
    case '/effort': return setEffort(typed, rest[0])
    case '/attach': return typed.attach(line.slice(word.length).trim())
    case '/plan': return void (await order({ type: 'mode.set', mode: 'plan' }))
    case '/work': {
      await order({ type: 'mode.set', mode: 'default' })
      return void (await order({ type: 'turn.start', text: 'The plan is approved. Carry it out.' }))
    }
    case '/steer': {
      const { landing } = await order({ type: 'turn.steer', text: rest.join(' ') })
      return context.note(landing === 'turn' ? '' : '  it will land with the next prompt\n')
    }
    default: break
  }
  if (word.startsWith('/') && !view.offers.commands.some(({ id }) => id === word.slice(1))) return context.note(`  there is no ${printable(word)}; /help lists what there is\n${offered(view)}`)
  const attachments = typed.takeAttached().map(({ blob, name }) => ({ blob, name }))
  const { landing } = await order({ type: 'turn.start', text: line, ...(attachments.length === 0 ? {} : { attachments }) })
  if (landing === 'queued') context.note('  queued\n')
}

type Switch = Omit<Extract<Order, { type: 'harness.switch' }>, 'type' | 'id'>

/** What the session runs on now, as a switch would say it. */
function chosen({ harness, model, effort }: SessionView): Switch {
  const level = effortLevels.find((each) => each === effort)
  return { harness, ...(model === undefined ? {} : { model }), ...(level === undefined ? {} : { effort: level }) }
}

async function switchTo({ order, context, view }: TypedLine, goal: Switch): Promise<void> {
  await order({ type: 'harness.switch', ...goal })
  if (view.turn !== undefined) context.note('  after the running turn\n')
}

function setEffort(typed: TypedLine, word: string | undefined): Promise<void> | void {
  const effort = effortLevels.find((each) => each === word)
  if (effort === undefined) return typed.context.note(`  say how hard: ${effortLevels.join(', ')}\n`)
  return switchTo(typed, { ...chosen(typed.view), effort })
}

/** What the running program offers, else what is known of its harness. */
async function showModels({ view, context, models }: TypedLine): Promise<void> {
  const own = view.offers.models
  const list = own.length > 0 ? undefined : await models(view.harness)
  if (own.length > 0) context.note(own.map(({ id }) => `    ${printable(id)}\n`).join(''))
  if (list !== undefined) context.note(printable(modelListText(list, systemClock.now()).split('\n').map((line) => `  ${line}`).join('\n')))
  context.note(`  say which: /model ID${view.model === undefined ? '' : `; now ${printable(view.model)}`}\n`)
}

/** The program's own slash commands and the agent's skills. */
function offered({ offers: { commands } }: SessionView): string {
  return commands.length === 0 ? '' : `  of the program: ${commands.map(({ id }) => `/${printable(id)}`).join(' ')}\n`
}
