import { lintFile } from '../../app/policy-tools/lint-file.ts'
import { formatProblems } from '../../spec/yaml/format-problems.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { readLevel } from '../read-level.ts'

/** Every problem of a policy file, each with its place; of one that loads, warnings about what it does not do. */
export async function run(context: CommandContext, [file = '']: readonly string[], options: { readonly level?: string; readonly harness?: string; readonly json?: boolean }): Promise<ExitCode> {
  const { color } = context.config
  const result = await lintFile(context.config, file, { level: readLevel(options.level ?? 'server'), harness: options.harness })
  if (options.json === true) context.print(`${JSON.stringify(result.ok ? { ok: true, policies: result.policies, warnings: result.warnings } : result)}\n`)
  else if (!result.ok) context.note(`${formatProblems(result.problems, { color })}\n`)
  else {
    if (result.places.length > 0) context.note(`${formatProblems(result.places, { color, severity: 'warning' })}\n`)
    context.print(`${file}: ok, ${result.policies} ${result.policies === 1 ? 'policy' : 'policies'}, ${result.warnings.length} ${result.warnings.length === 1 ? 'warning' : 'warnings'}\n`)
  }
  return result.ok ? exitCode.ok : exitCode.usage
}
