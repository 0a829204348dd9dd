import { isCancel, select } from '@clack/prompts'
import { printable } from '../base/printable.ts'
import type { Client } from '../client/create-client.ts'
import { AppError } from '../spec/app-error.ts'
import type { CreateSession } from '../spec/api/http.ts'
import type { ConversationList, EarlierConversation } from '../spec/earlier-conversation.ts'
import { type CommandContext, type ExitCode, exitCode } from './command.ts'

export type Continues = NonNullable<CreateSession['continues']>

interface Row extends EarlierConversation {
  readonly harness: string
  readonly from: string
}

/**
 * The conversation to go on with: the one that `wanted` begins to name, or one that is chosen in the terminal, the newest first.
 * An exit code when there is nobody to choose: then what there is has been printed.
 * @throws {AppError} 'not_found' when there is none, 'invalid' when `wanted` fits more than one.
 */
export async function chooseConversation(context: CommandContext, client: Client, { path, wanted, harness, json }: { readonly path: string; readonly wanted: string | undefined; readonly harness: string | undefined; readonly json: boolean }): Promise<Continues | ExitCode> {
  const lists = (await client.conversations(path)).filter((list) => harness === undefined || list.harness === harness)
  const rows = lists.flatMap(({ harness: id, title, conversations }) => conversations.map((each): Row => ({ ...each, harness: id, from: title }))).toSorted((left, right) => right.updatedAt - left.updatedAt)
  if (wanted !== undefined) return named(rows, wanted, path)
  if (json) {
    context.print(`${JSON.stringify({ lists })}\n`)
    return exitCode.ok
  }
  if (rows.length === 0) throw new AppError('not_found', [`There is no earlier conversation in ${path}. Sessions of Omnigent: omni sessions`, ...problems(lists)].join('\n'))
  const { input, output } = context.config.isTerminal
  for (const problem of problems(lists)) context.note(`! ${problem}\n`)
  if (input && output) return asked(rows)
  context.print(rows.map((row) => `${row.id}  ${hintOf(row)}  ${printable(row.title)}\n`).join(''))
  context.note('Go on with one, by its id or how that begins: omni run --continue ID -p "…"\n')
  return exitCode.usage
}

function named(rows: readonly Row[], wanted: string, path: string): Continues {
  const fitting = rows.filter(({ id }) => id.startsWith(wanted))
  const [first] = fitting
  if (first === undefined) throw new AppError('not_found', `There is no earlier conversation "${wanted}" in ${path} that no session goes on with. List them with: omni run --continue (sessions: omni sessions). An agent is named before it: omni run AGENT --continue ID`)
  if (fitting.length > 1) throw new AppError('invalid', `"${wanted}" begins ${fitting.length} ids: ${fitting.map(({ id }) => id).join(', ')}`)
  return { harness: first.harness, id: first.id }
}

async function asked(rows: readonly Row[]): Promise<Continues | ExitCode> {
  const chosen = await select({ message: 'Go on with which conversation?', maxItems: 12, options: rows.map((row) => ({ value: row, label: printable(row.title), hint: hintOf(row) })) })
  return isCancel(chosen) ? exitCode.interrupted : { harness: chosen.harness, id: chosen.id }
}

function hintOf({ from, turns, updatedAt }: Row): string {
  const said = turns === undefined ? 'long' : `${turns} ${turns === 1 ? 'turn' : 'turns'}`
  return `${from}, ${said}, ${new Date(updatedAt).toISOString().slice(0, 16).replace('T', ' ')}`
}

const problems = (lists: readonly ConversationList[]): string[] => lists.flatMap(({ problem }) => (problem === undefined ? [] : [problem]))
