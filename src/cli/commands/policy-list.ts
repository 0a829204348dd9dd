import type { PolicyRow, ServerPolicyState, SessionPolicies } from '../../spec/api/policies.ts'
import { conditionText } from '../../spec/policy/describe-policy.ts'
import { visibleText } from '../../spec/trust/visible-text.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { openClient, readSessionRef } from '../open-client.ts'

/** What every session of this server keeps to, or what one session does, with what was allowed in it for longer than once. */
export async function run(context: CommandContext, [ref]: readonly string[], options: { readonly json?: boolean }): Promise<ExitCode> {
  const session = ref === undefined ? undefined : readSessionRef(ref)
  const { client } = await openClient(context)
  const shown = session === undefined ? await client.policies() : await client.sessionPolicies(session)
  if (options.json === true) context.print(`${JSON.stringify(shown)}\n`)
  else if ('lists' in shown) context.print(sessionText(shown))
  else {
    context.print(rowsText(shown.policies) || 'No policies: nothing is held back by this server.\n')
    context.note(problemText(shown))
  }
  return exitCode.ok
}

const rowsText = (rows: readonly (Omit<PolicyRow, 'source'> & { readonly source: string })[]): string => rows.map(({ name, does, source }) => `${source.padEnd(8)} ${visibleText(name, 40).padEnd(28)} ${visibleText(does, 200)}\n`).join('')

function sessionText({ lists, grants, off }: SessionPolicies): string {
  const rows = rowsText([...lists.flatMap(({ policies }) => policies), ...off.map((policy) => ({ ...policy, source: 'off' as const }))])
  const allowed = grants.map(({ grant, rule, kind, pattern, scope }) => `${visibleText(grant)}  ${visibleText(rule)}: ${kind} ${visibleText(conditionText(pattern), 200)}${scope === 'project' ? ' (every session of this folder)' : ''}\n`).join('')
  return `${rows || 'No policies: nothing is held back.\n'}${allowed === '' ? '' : `\nAllowed in this session until it is taken back:\n${allowed}`}`
}

function problemText({ problems }: ServerPolicyState): string {
  return problems.map(({ file, line, column, message }) => `${visibleText(file, 200)}:${line}:${column}: ${visibleText(message, 400)}\n`).join('') + (problems.length === 0 ? '' : 'The edited file is not in force; what was in force before is.\n')
}
