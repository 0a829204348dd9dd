import { advancedText, collectedText, endedText, madeText, postedText, spawnedText } from '../spec/view/child-text.ts'
import { styleText } from 'node:util'
import { printable } from '../base/printable.ts'
import { askText } from './ask-text.ts'
import type { Envelope } from '../spec/events/envelope.ts'
import { type EventData, readEvent, type SessionEvent } from '../spec/events/session-event.ts'
import { readableText, type StoredText } from '../spec/stored-text.ts'
import { importedText } from '../spec/view/imported-text.ts'
import { boxWords } from '../spec/view/box-words.ts'
import { holdsUp, refusedText } from '../spec/view/request-text.ts'
import { switchedText, switchFailedText } from '../spec/view/switch-text.ts'
import { unseenText } from '../spec/view/unseen-text.ts'
import type { Delta } from '../spec/view/transcript-item.ts'
import { sandboxLine } from './sandbox-line.ts'

export interface PlainViewOptions {
  /** What the agent says: data, for stdout. */
  say(text: string): void
  /** Everything else: decoration, for stderr. */
  note(text: string): void
  readonly color: boolean
  /** Only this session of the tree is shown. */
  readonly session: string
  /** What was said of its sandbox already (`boxWords`): said again only when it is another. */
  readonly sandbox?: string
}

export interface PlainView {
  events(events: readonly Envelope[]): void
  delta(delta: Delta): void
}

const maxOutputLines = 12

/** Draws a session line by line: streams what the agent says, names each tool call and how it ended. Decides nothing. */
export function createPlainView(options: PlainViewOptions): PlainView {
  const paint = (style: Parameters<typeof styleText>[0], text: string) => (options.color ? styleText(style, text, { validateStream: false }) : text)
  /**
   * Streamed text by item, in order of arrival, and how much of it is on the screen. Streamed text goes straight through
   * while events wait until they are durable, so it can overtake the result of a call or the end of the message before
   * it: only the first item is drawn, and none while a call is open.
   */
  const streams = new Map<string, { text: string; shown: number }>()
  const openCalls = new Set<string>()
  /** Titles of requests that are no row, or not yet. */
  const requests = new Map<string, string>()
  let { sandbox } = options
  let atLineStart = true

  const say = (text: string) => {
    if (text === '') return
    options.say(text)
    atLineStart = text.endsWith('\n')
  }
  const freshLine = () => {
    if (!atLineStart) say('\n')
  }
  const note = (text: string) => {
    freshLine()
    options.note(`${text}\n`)
  }
  const drawStream = () => {
    const [stream] = streams.values()
    if (stream === undefined || openCalls.size > 0) return
    const end = wholeLetters(stream.text)
    say(printable(stream.text.slice(stream.shown, end)))
    stream.shown = Math.max(stream.shown, end)
  }
  const sayRest = (item: string, text: string) => {
    const shown = streams.get(item)?.shown ?? 0
    if (shown === 0) freshLine()
    say(printable(text.slice(shown)))
    streams.delete(item)
    freshLine()
    drawStream()
  }

  const draw = (event: SessionEvent) => {
    switch (event.type) {
      case 'turn.started': return note(paint('bold', `› ${firstLines(event.data.text, 6)}`))
      case 'turn.steered': return note(paint('bold', `↳ ${firstLines(event.data.text, 6)}`))
      case 'part.imported': return drawPart(event.data.part)
      case 'conversation.imported': return note(paint('dim', `── ${printable(importedText(event.data))}\n`))
      case 'message.completed': return sayRest(event.data.item, readableText(event.data.text))
      case 'tool.proposed':
        // A question about what a call did says itself when it is asked; nothing waits for it.
        if (event.data.about !== undefined) return
        if (event.data.gates === 'net' || event.data.gates === 'omni') return void requests.set(event.data.call, event.data.title)
        return drawCall(event.data)
      case 'policy.decided': return holdsUp(event.data.verdict) ? drawRequest(event.data.call) : undefined
      case 'net.decided': return drawRefused(event.data)
      case 'box.attested': return drawSandbox(event.data)
      case 'approval.requested':
        return note(askText(event.data, paint))
      case 'approval.answered': return note(paint('dim', `  ${event.data.answer === 'allow' ? 'allowed' : 'denied'} by ${printable(event.by.id)}`))
      case 'tool.completed': return drawResult(event.data)
      case 'harness.switched': return note(paint('dim', `  ${printable(switchedText(event.data))}`))
      case 'switch.failed': return note(paint('yellow', `! ${printable(switchFailedText(event.data))}`))
      case 'mode.changed': return note(paint('dim', event.data.mode === 'plan' ? '  plan mode: nothing is changed; /work carries the plan out' : '  plan mode is over'))
      case 'notice.given': return note(paint('dim', `  ${printable(event.data.text)}`))
      case 'worktree.made': return note(paint('dim', `  ${printable(madeText(event.data))}`))
      case 'worktree.collected': return note(paint(event.data.result.type === 'refused' ? 'yellow' : 'dim', `  ${printable(collectedText(event.data.result))}`))
      case 'child.spawned': return note(paint('dim', `↳ ${printable(spawnedText(event.data))}`))
      case 'inbox.posted': return note(paint(event.data.outcome === 'failed' ? 'yellow' : 'dim', `↲ ${printable(postedText(event.data))}`))
      case 'debate.advanced': return note(paint('dim', `⇄ ${printable(advancedText(event.data))}`))
      case 'debate.ended': return note(paint('dim', `⇄ ${printable(endedText(event.data))}`))
      case 'checkpoint.failed': return note(paint('yellow', `! ${printable(unseenText(event.data.reason))}`))
      case 'harness.limited': return note(paint('yellow', `! ${printable(event.data.message)}`))
      case 'host.lost': return note(paint('yellow', `! the host is gone: ${printable(event.data.reason)}`))
      case 'turn.ended': return drawEnd(event.data)
      default: return
    }
  }

  const drawCall = ({ call, title }: { readonly call: string; readonly title: string }) => {
    openCalls.add(call)
    note(`${paint('cyan', '●')} ${firstLines(title, 1)}`)
  }

  const drawRequest = (call: string) => {
    const title = requests.get(call)
    if (title === undefined) return
    requests.delete(call)
    drawCall({ call, title })
  }

  const drawRefused = (data: EventData<'net.decided'>) => {
    const refused = refusedText(data)
    if (refused !== undefined) note(paint(refused.level === 'alert' ? 'red' : 'yellow', `! ${printable(refused.text)}`))
  }

  const drawSandbox = (box: EventData<'box.attested'>) => {
    if (sandbox === boxWords(box)) return
    sandbox = boxWords(box)
    note(sandboxLine(box, options.color))
  }

  /** A transcript that is looked back at: results only of what failed. */
  const drawPart = (part: EventData<'part.imported'>['part']) => {
    switch (part.kind) {
      case 'prompt': return note(paint('bold', `› ${firstLines(part.text, 6)}`))
      case 'message': return note(printable(readableText(part.text)))
      case 'tool': return note(`${paint('cyan', '●')} ${firstLines(part.title, 1)}${part.outcome === 'ok' ? '' : paint('red', `  ${part.outcome}`)}`)
    }
  }

  const drawResult = (data: { call: string; outcome: string; output: StoredText; exitCode?: number | undefined }) => {
    if (data.outcome === 'denied') drawRequest(data.call)
    if (requests.delete(data.call)) return
    openCalls.delete(data.call)
    const output = printable(readableText(data.output)).trimEnd()
    if (output !== '') note(paint('dim', indent(output)))
    if (data.outcome !== 'ok') note(paint('red', `  ${data.outcome}${data.exitCode === undefined ? '' : ` (exit ${data.exitCode})`}`))
    drawStream()
  }

  const drawEnd = (data: { outcome: string; reason?: string | undefined; advice?: string | undefined }) => {
    streams.clear()
    openCalls.clear()
    requests.clear()
    freshLine()
    if (data.outcome === 'completed') return
    note(paint(data.outcome === 'failed' ? 'red' : 'yellow', `■ ${data.outcome}${data.reason === undefined ? '' : `: ${printable(data.reason)}`}`))
    if (data.advice !== undefined) note(`  ${printable(data.advice)}`)
  }

  return {
    events: (events) => {
      for (const stored of events) if (stored.session === options.session) draw(readEvent(stored))
    },
    delta: ({ session, item, kind, offset, text }) => {
      if (session !== options.session || kind !== 'text') return
      const stream = streams.get(item) ?? { text: '', shown: 0 }
      if (offset > stream.text.length) return // A gap: the completed message brings the rest.
      stream.text += text.slice(stream.text.length - offset)
      streams.set(item, stream)
      drawStream()
    },
  }
}

/** Length of `text` without the first half of a letter whose second half is still to come. */
function wholeLetters(text: string): number {
  return /[\ud800-\udbff]$/.test(text) ? text.length - 1 : text.length
}

function firstLines(text: string, count: number): string {
  const lines = printable(text).split('\n')
  return lines.length <= count ? lines.join('\n  ') : `${lines.slice(0, count).join('\n  ')} …`
}

function indent(output: string): string {
  const lines = output.split('\n')
  const shownLines = lines.length <= maxOutputLines ? lines : [...lines.slice(0, maxOutputLines - 3), `… ${lines.length - maxOutputLines + 5} more lines …`, ...lines.slice(-2)]
  return shownLines.map((line) => `  ${line}`).join('\n')
}
