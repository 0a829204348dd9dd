import type { CallDecision } from '../spec/api/decision.ts'
import { visibleText } from '../spec/trust/visible-text.ts'

type Level = CallDecision['levels'][number]
type Rule = Level['rules'][number]

/** A decision as a tree: levels, their rules, the parts of each condition, the events that made it so. */
export function decisionText(decision: CallDecision): string {
  const { verdict, title, tool, call, seq, at, actions, levels, engine, answer, again } = decision
  return [
    `${verdict}  ${visibleText(title || tool, 120)}  (${visibleText(call, 80)}, event ${seq}, ${timeText(at)})`,
    ...actions.map((action) => `  ${visibleText(action, 200)}`),
    ...levels.flatMap(levelLines),
    ...engine.map(({ rule, verdict: own, message }) => `engine  ${own}\n  ${own}  ${visibleText(rule, 80)}${message === undefined ? '' : `: ${visibleText(message)}`}`),
    answer === undefined ? '' : answerLine(answer),
    again.same ? 'Decided again from the log it comes out the same.' : `Decided again from the log it comes out as ${again.verdict}: another version of omni decided then.`,
  ].filter((line) => line !== '').join('\n') + '\n'
}

function levelLines({ level, verdict, rules }: Level): string[] {
  return [`${level}  ${verdict}${rules.length === 0 ? '  (no rule fired)' : ''}`, ...rules.flatMap(ruleLines)]
}

/** One rule: what it adds, the parts of its condition, the events that made it so. */
export function ruleLines({ rule, does, verdict, about, parts, because, message, grant }: Rule): string[] {
  return [
    `  ${(verdict ?? '–').padEnd(5)} ${visibleText(rule, 80)}: ${visibleText(does, 200)}`,
    ...(message === undefined ? [] : [`        “${visibleText(message)}”`]),
    ...(grant === undefined ? [] : [`        a person allowed it before: ${visibleText(grant, 80)}`]),
    ...(about === undefined ? ['        speaks of nothing in this call'] : [`        of ${visibleText(about, 200)}`]),
    ...parts.map(({ depth, text, truth }) => `        ${'  '.repeat(depth)}${marks[String(truth)]} ${visibleText(text, 200)}`),
    ...because.map(({ seq, at, what }) => `        because of event ${seq} (${timeText(at)}): ${visibleText(what, 200)}`),
  ]
}

const marks: Readonly<Record<string, string>> = { true: '✓', false: '✗', unknown: '?' }

function answerLine({ answer, by, seq, at, comment }: NonNullable<CallDecision['answer']>): string {
  const words = { allow: `allowed by ${by.kind} ${by.id}`, deny: `refused by ${by.kind} ${by.id}`, expired: 'not answered in time' }[answer]
  return `answer  ${visibleText(words, 120)} (event ${seq}, ${timeText(at)})${comment === undefined ? '' : `: ${visibleText(comment)}`}`
}

const timeText = (at: number): string => new Date(at).toISOString().replace('T', ' ').slice(0, 19)
