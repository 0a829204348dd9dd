import { AppError } from '../../spec/app-error.ts'
import { HeadWord } from '../../spec/events/session-data.ts'
import { startTurn } from '../commands/turn-commands.ts'
import { byEngine } from '../engine-author.ts'
import type { Debate, Lane } from '../state/tree-state.ts'
import type { Transaction } from '../transaction.ts'
import { clip, plainText } from './answers.ts'
import { startable } from './call-omni.ts'
import { isAtRest } from './family.ts'
import { freeHandle, spawnChildren } from './spawn-child.ts'

export interface WantedDebate {
  readonly request: string
  readonly question: string
  readonly agents?: readonly string[] | undefined
  /** 0: the question is asked, and that is all. */
  readonly rounds: number
}

/** Asks each head the question; none sees the others. @throws {AppError} what is to be said to the agent */
export function startDebate(tx: Transaction, session: string, { request, question, agents, rounds }: WantedDebate): void {
  const names = [...new Set(agents ?? startable(tx, session).keys())]
  if (names.length < (rounds > 0 ? 2 : 1)) throw new AppError('invalid', `A debate has at least two heads. You can ask: ${[...startable(tx, session).keys()].join(', ') || 'nobody'}.`)
  const debate = tx.around.ids.next('prm')
  const handle = freeHandle(Object.values(tx.lane(session).debates), rounds > 0 ? 'debate' : 'question')
  const title = clip(question.replaceAll(/\s+/g, ' '), 60)
  const spawned = spawnChildren(tx, session, names.map((agent) => ({ agent, task: question, title, debate })))
  tx.emit(session, 'debate.started', { debate, request, handle, question, rounds, heads: spawned.map(({ child }, index) => ({ child, agent: names[index] ?? '' })) }, byEngine)
}

export const openDebates = ({ debates }: Lane): Debate[] => Object.values(debates).filter(({ over }) => over !== true)

/** Goes on with what is under way, when all heads have come to the end of a round. */
export function advanceDebates(tx: Transaction, lane: Lane): void {
  for (const debate of openDebates(lane)) {
    const heads = debate.heads.map(({ child }) => tx.lane(child))
    if (heads.every((head) => isAtRest(head) && head.rest !== undefined)) advance(tx, lane.session, debate, heads)
  }
}

function advance(tx: Transaction, session: string, debate: Debate, heads: readonly Lane[]): void {
  const words = heads.map((head, index) => wordOf(head, debate.heads[index]?.failed === true, debate.round))
  const said = words.filter((word) => word.type === 'said')
  const reason = endOf(debate, said)
  if (reason !== undefined) return end(tx, session, { debate, heads, words, reason })
  const round = debate.round + 1
  tx.emit(session, 'debate.advanced', { debate: debate.debate, round, words }, byEngine)
  for (const [index, head] of heads.entries()) {
    if (words[index]?.type === 'said') startTurn(tx.from(byEngine), head.session, { text: roundPrompt(debate, round, others(debate, heads, words, index)) }, [])
  }
}

type Reason = 'answered' | 'agree' | 'unchanged' | 'rounds' | 'heads'

/** Why it is over; nothing while it goes on. Before the first round nobody has been asked whether they agree. */
function endOf({ rounds, round }: Debate, said: readonly Extract<HeadWord, { type: 'said' }>[]): Reason | undefined {
  if (rounds === 0) return 'answered'
  if (said.length < 2) return 'heads'
  if (round === 0) return undefined
  if (said.every(({ agrees }) => agrees)) return 'agree'
  if (said.every(({ changed, unclear }) => !changed && unclear !== true)) return 'unchanged'
  return round >= rounds ? 'rounds' : undefined
}

interface Ended {
  readonly debate: Debate
  readonly heads: readonly Lane[]
  readonly words: readonly HeadWord[]
  readonly reason: Reason
}

/** What came out is news for the session, whoever waits for it. */
function end(tx: Transaction, session: string, { debate: { debate, handle, question, round, heads: named }, heads, words, reason }: Ended): void {
  const disputed = reason === 'agree' ? [] : [...new Set(words.flatMap((word) => (word.type === 'said' ? word.remaining : [])))]
  const answers = heads.map((head, index) => {
    const word = words[index]
    return `### ${named[index]?.agent ?? head.agent.name}\n\n${word?.type === 'failed' ? `It failed: ${word.reason}` : clip(withoutVerdict(plainText(head.said)), Math.floor(11_000 / heads.length))}`
  })
  const text = [endWords(reason, round), ...answers, ...(disputed.length === 0 ? [] : [`Still disputed:\n${disputed.map((point) => `- ${point}`).join('\n')}`])].join('\n\n')
  tx.emit(session, 'debate.ended', { debate, reason, round, words: [...words] }, byEngine)
  tx.emit(session, 'inbox.posted', { entry: tx.around.ids.next('prm'), child: debate, handle, title: clip(question.replaceAll(/\s+/g, ' '), 60), outcome: reason === 'heads' ? 'failed' : 'completed', started: true, text: { text } }, byEngine)
}

function endWords(reason: Reason, round: number): string {
  switch (reason) {
    case 'answered': return 'Each answered without seeing the others.'
    case 'agree': return `They agree after round ${round}.`
    case 'unchanged': return `Nobody changed their answer in round ${round}, and they do not agree.`
    case 'rounds': return `They do not agree after ${round} rounds.`
    case 'heads': return 'It ended because fewer than two heads were left.'
  }
}

const Verdict = HeadWord.options[0].pick({ agrees: true, changed: true, remaining: true })

function wordOf({ rest, said }: Lane, failedBefore: boolean, round: number): HeadWord {
  if (failedBefore || rest?.outcome !== 'completed') return { type: 'failed', reason: failedBefore ? 'It failed in an earlier round.' : (rest?.reason ?? 'It was stopped.') }
  if (round === 0) return { type: 'said', agrees: false, changed: false, remaining: [] }
  const verdict = verdictOf(plainText(said))
  return verdict === undefined ? { type: 'said', agrees: false, changed: false, remaining: [], unclear: true } : { type: 'said', ...verdict, remaining: verdict.remaining.slice(0, 20).map((point) => clip(point, 300)) }
}

/** The last line that is one. */
function verdictOf(text: string) {
  for (const line of text.trimEnd().split('\n').toReversed()) {
    const found = /\{.*\}/.exec(line)?.[0]
    const read = found === undefined ? undefined : Verdict.safeParse(jsonOf(found))
    if (read?.success === true) return read.data
  }
  return undefined
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // A line of something else.
  }
}

const withoutVerdict = (text: string): string => text.trimEnd().split('\n').filter((line) => !Verdict.safeParse(jsonOf(/\{.*\}/.exec(line)?.[0] ?? '')).success).join('\n').replaceAll(/\n```(?:json)?\n*```\s*$/g, '').trimEnd()

function others({ heads: named }: Debate, heads: readonly Lane[], words: readonly HeadWord[], own: number): string {
  return heads.flatMap((head, index) => (index === own || words[index]?.type === 'failed' ? [] : [`## ${named[index]?.agent ?? head.agent.name}\n\n${clip(withoutVerdict(plainText(head.said)), 4_000)}`])).join('\n\n')
}

function roundPrompt({ question }: Debate, round: number, said: string): string {
  return `The question was:\n\n${clip(question, 4_000)}\n\nRound ${round}. Others answered:\n\n${said}\n\nState the strongest objection to each of them. Then give your own answer again, whole, changed where they convinced you. End with one line, nothing after it:\n{"agrees": true or false, "changed": true or false, "remaining": ["each point that is still disputed"]}`
}
