import type { StoredText } from '../../spec/stored-text.ts'
import { restWords } from '../../spec/view/child-text.ts'
import { byEngine } from '../engine-author.ts'
import type { InboxEntry, Lane } from '../state/tree-state.ts'
import type { Transaction } from '../transaction.ts'

/** What a tool's call is answered with; `entries`: of the inbox, which are told by it. */
export interface Answer {
  readonly text: string
  readonly failed?: boolean
  readonly entries?: readonly InboxEntry[]
}

const maxAnswerChars = 15_000

/** Answers a call of the engine's tools, once; its host hears so when that is durable. */
export function answerOmni(tx: Transaction, session: string, request: string, { text, failed = false, entries = [] }: Answer): void {
  const said = clip(text, maxAnswerChars)
  tx.emit(session, 'tool.completed', { call: request, outcome: failed ? 'error' : 'ok', output: { text: said } }, byEngine)
  if (entries.length > 0) tx.emit(session, 'inbox.delivered', { entries: entries.map(({ entry }) => entry), by: 'call', request }, byEngine)
  tx.order(session, { type: 'omni.answer', session, request, text: said, failed })
}

/** What children said, as their parent reads it. */
export function tellEntries(entries: readonly InboxEntry[]): string {
  const each = Math.max(2_000, Math.floor((maxAnswerChars - 1_000) / Math.max(1, entries.length)))
  return entries.map(({ handle, title, outcome, started, text, reason, branch }) => {
    const words = plainText(text)
    const head = `## ${handle} (${title}) ${restWords({ outcome, started })}`
    const why = reason === undefined ? '' : `\n\n${reason}`
    const work = branch === undefined ? '' : `\n\n${branch}`
    return `${head}${why}${work}${words === '' ? '' : `\n\n${clip(words, each)}`}`
  }).join('\n\n')
}

/** One line for each child. */
export const describeChild = ({ handle = '', agent, harness, title = '', turn, queue, held, rest, reported }: Lane): string => {
  const state = turn !== undefined || (queue.length > 0 && !held) ? 'at work' : rest === undefined ? 'waits for a machine' : rest.outcome === 'failed' && !rest.started ? 'could not start' : { completed: 'finished', interrupted: 'stopped', failed: 'failed' }[rest.outcome]
  return `${handle}: ${state}${rest !== undefined && reported !== rest.turn ? ' (not told yet)' : ''}, ${agent.name} on ${harness}, ${title}`
}

/** A long text is kept elsewhere; of it a beginning and an end are at hand. */
export const plainText = (text: StoredText | undefined): string => (text === undefined ? '' : 'text' in text ? text.text : `${text.head}\n… (${text.bytes} bytes, its middle is left out) …\n${text.tail}`)

export const clip = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max).toWellFormed()}\n… (cut: ${text.length - max} characters more)`)
