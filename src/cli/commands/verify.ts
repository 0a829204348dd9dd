import { existsSync } from 'node:fs'
import { verifyFile, verifyStream } from '../../app/verify-file.ts'
import { AppError } from '../../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { openClient, readSessionRef } from '../open-client.ts'

/** Says what was checked of a log and what was not: order, completeness, author. */
export async function run(context: CommandContext, [target = '']: readonly string[], options: { readonly json?: boolean }): Promise<ExitCode> {
  const report = existsSync(target) ? await verifyFile(target) : await verifySession(context, target)
  const { order, completeness, author, erased, events } = report
  const ok = order.ok && completeness?.ok !== false && author?.ok !== false
  if (options.json === true) context.print(`${JSON.stringify({ ok, ...report })}\n`)
  else {
    context.print(`${ok ? 'ok' : 'DAMAGED'}: ${events} events of ${report.tree}\n`)
    context.print(`order         ${order.ok ? 'checked: numbers, times, links and hashes fit' : 'BROKEN'}\n`)
    context.print(`completeness  ${completeness === undefined ? 'not checked: no signed head' : completeness.ok ? `checked: nothing is missing up to event ${completeness.upTo}` : 'BROKEN'}\n`)
    context.print(`author        ${author === undefined ? 'not checked: no signed head' : author.ok ? 'checked: the signatures fit their keys' : 'BROKEN'}\n`)
    if (erased.length > 0) context.print(`erased        ${erased.map((each) => each.seq).join(', ')}\n`)
    for (const problem of [...order.problems, ...(completeness?.problems ?? [])]) context.print(`  ${problem}\n`)
  }
  return ok ? exitCode.ok : exitCode.failed
}

async function verifySession(context: CommandContext, target: string) {
  const session = readSessionRef(target)
  const open = await openClient(context)
  const response = await fetch(open.client.exportUrl(session), { headers: { authorization: `Bearer ${open.token}` } })
  if (!response.ok || response.body === null) throw new AppError('not_found', `There is no session ${session}.`)
  return verifyStream(response.body)
}
