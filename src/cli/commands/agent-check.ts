import { readAgentFile, warningText } from '../../app/agent-files.ts'
import { refusedParts } from '../../app/honoured-parts.ts'
import { beyondWorkspace } from '../../spec/agent/beyond-workspace.ts'
import { visibleText } from '../../spec/trust/visible-text.ts'
import { formatProblems } from '../../spec/yaml/format-problems.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'

/** Every problem of an agent file at once, each with its place. */
export async function run(context: CommandContext, [file = '']: readonly string[], options: { readonly json?: boolean }): Promise<ExitCode> {
  const result = await readAgentFile(context.config, file)
  const asks = result.ok ? beyondWorkspace(result.agent, result) : []
  const refused = result.ok ? refusedParts(result.agent, result.sources) : []
  if (options.json === true) {
    context.print(`${JSON.stringify(result.ok ? { ok: true, kind: result.kind, hash: result.hash, warnings: result.warnings, asks, refused } : { ok: false, problems: result.problems })}\n`)
  } else if (!result.ok) context.note(`${formatProblems(result.problems, { color: context.config.color })}\n`)
  else {
    context.note(warningText(context.config, result.warnings))
    for (const { field, reason } of refused) context.note(`${field}: ${reason} yet; omni run refuses it\n`)
    for (const { field, reason } of asks) context.note(`${field}: asks for ${visibleText(reason)}; omni run asks you before it starts\n`)
    context.print(`${file}: ok, ${result.agent.name} ${result.hash.slice(0, 12)}${result.kind === 'native' ? '' : ` (${result.kind}; omni agent convert writes the native form)`}\n`)
  }
  return result.ok ? exitCode.ok : exitCode.usage
}
