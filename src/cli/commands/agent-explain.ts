import { loadAgentFile, warningText } from '../../app/agent-files.ts'
import { printable } from '../../base/printable.ts'
import { explainAgent } from '../../spec/agent/explain-agent.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'

/** The effective agent with the source of each value. */
export async function run(context: CommandContext, [file = '']: readonly string[], options: { readonly json?: boolean }): Promise<ExitCode> {
  const loaded = await loadAgentFile(context.config, file)
  const rows = explainAgent(loaded)
  if (options.json === true) context.print(`${JSON.stringify({ hash: loaded.hash, kind: loaded.kind, rows, warnings: loaded.warnings })}\n`)
  else {
    context.note(warningText(context.config, loaded.warnings))
    for (const { path, value, source } of rows) context.print(`${path.padEnd(32)} ${printable(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('\n', '⏎').slice(0, 80).padEnd(40)} ${source}\n`)
  }
  return exitCode.ok
}
