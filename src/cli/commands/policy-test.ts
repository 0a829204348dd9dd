import { testPolicies } from '../../app/policy-tools/test-policies.ts'
import { visibleText } from '../../spec/trust/visible-text.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { ruleLines } from '../decision-text.ts'
import { readLevel } from '../read-level.ts'

type Result = Awaited<ReturnType<typeof testPolicies>>[number]

/** Runs cases against policies and says of each that fails what fired, and why. Needs no server. */
export async function run(context: CommandContext, [file = '']: readonly string[], options: { readonly policies?: string; readonly level?: string; readonly json?: boolean }): Promise<ExitCode> {
  const results = await testPolicies(context.config, file, { policies: options.policies, level: readLevel(options.level ?? 'server') })
  const failed = results.filter(({ ok }) => !ok)
  if (options.json === true) context.print(`${JSON.stringify({ ok: failed.length === 0, cases: results })}\n`)
  else context.print(`${failed.map(failureText).join('')}${results.length - failed.length} of ${results.length} cases hold.\n`)
  return failed.length === 0 ? exitCode.ok : exitCode.failed
}

function failureText({ name, expected, verdict, fired, rules }: Result): string {
  const wanted = `${expected.verdict}${expected.rules === undefined ? '' : ` by ${expected.rules.map((rule) => visibleText(rule, 80)).join(', ') || 'no rule'}`}`
  const lines = rules.flatMap((rule) => ruleLines({ ...rule, parts: [...rule.parts], because: [...rule.because] }))
  return [`FAILED  ${visibleText(name, 200)}`, `  expected ${wanted}; got ${verdict} by ${fired.map((rule) => visibleText(rule, 80)).join(', ') || 'no rule'}`, ...lines].join('\n') + '\n\n'
}
