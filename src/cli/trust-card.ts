import { createInterface } from 'node:readline'
import { AppError } from '../spec/app-error.ts'
import type { TrustAnswer, TrustAsk, TrustCard } from '../spec/trust/trust-card.ts'
import { visibleText } from '../spec/trust/visible-text.ts'
import type { CommandContext } from './command.ts'

/**
 * Shows the card and takes the person's answer; undefined is their no.
 * @param again the command that says yes where nobody can be asked
 * @throws {AppError} 'untrusted' with that command, without a terminal.
 */
export async function askTrust(context: CommandContext, card: TrustCard, { json, again }: { readonly json: boolean; readonly again: string }): Promise<TrustAnswer | undefined> {
  context.note(cardText(card))
  const { input, output } = context.config.isTerminal
  if (json || !input || !output) throw new AppError('untrusted', `Nobody is here to be asked. Read what it asks for; to allow it: ${again} --trust ${card.hash}`)
  const answer = await readAnswer(`Trust it?  o: this once   t: until it changes   Enter: ${card.optional ? 'start without' : 'no'}  > `)
  if (answer === 'no' && !card.optional) context.note('Nothing was started.\n')
  return answer === 'no' ? undefined : { hash: card.hash, remember: answer === 'remember' }
}

/** The card as text: everything on it may be hostile. */
export function cardText({ name, asks, changes, hash, optional }: TrustCard): string {
  const added = new Set(changes?.added)
  const rows = asks.map((ask, index) => askText(ask, added.has(index) ? 'new ' : ''))
  const gone = changes?.removed.map((ask) => `  gone ${visibleText(ask.field, 120)}: ${visibleText(ask.reason)}\n`) ?? []
  const since = changes === undefined ? [] : [`  Changed since you trusted "${visibleText(name, 64)}" on ${new Date(changes.trustedAt).toISOString().slice(0, 10)}: ${added.size} new, ${gone.length} gone.\n`]
  const title = optional ? 'This project would run programs of its own:' : `The agent "${visibleText(name, 64)}" asks for more than its workspace:`
  return `\n${title}\n\n${rows.join('')}${[...gone, ...since].join('')}  hash ${hash}\n\n`
}

function askText({ field, reason, exact, file, line }: TrustAsk, mark: string): string {
  const place = file === undefined ? '' : `   ${visibleText(file, 120)}${line === undefined ? '' : `:${line}`}`
  const body = exact === undefined ? '' : `       ${visibleText(exact)}\n`
  return `  ${mark}• ${visibleText(field, 120)}${place}\n     It asks for ${visibleText(reason)}.\n${body}`
}

function readAnswer(question: string): Promise<'once' | 'remember' | 'no'> {
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  return new Promise((resolve) => {
    const take = (answer: 'once' | 'remember' | 'no') => (resolve(answer), reader.close())
    // Ctrl-C and Ctrl-D are a no.
    reader.once('close', () => resolve('no'))
    reader.once('SIGINT', () => take('no'))
    reader.question(question, (line) => take(/^o(nce)?$/i.test(line.trim()) ? 'once' : /^t(rust)?$/i.test(line.trim()) ? 'remember' : 'no'))
  })
}
