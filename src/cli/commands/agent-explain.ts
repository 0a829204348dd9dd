import { loadAgentFile, warningText } from '../../app/agent-files.ts'
import { policyPlanes } from '../../app/policy-tools/policy-planes.ts'
import { whyTrusted } from '../../app/why-trusted.ts'
import { printable } from '../../base/printable.ts'
import { explainAgent } from '../../spec/agent/explain-agent.ts'
import { cardText } from '../trust-card.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'

/** The effective agent with the source of each value. */
export async function run(context: CommandContext, [file = '']: readonly string[], options: { readonly json?: boolean }): Promise<ExitCode> {
  const loaded = await loadAgentFile(context.config, file)
  const rows = explainAgent(loaded, await policyPlanes(context.config, loaded.agent))
  const { asks, trusted } = await whyTrusted(context.config, loaded)
  if (options.json === true) context.print(`${JSON.stringify({ hash: loaded.hash, kind: loaded.kind, rows, asks, trusted, warnings: loaded.warnings })}\n`)
  else {
    context.note(warningText(context.config, loaded.warnings))
    for (const { path, value, source } of rows) context.print(`${path.padEnd(32)} ${printable(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('\n', '⏎').slice(0, 80).padEnd(40)} ${source}\n`)
    if (asks.length > 0) context.print(cardText({ hash: loaded.hash, name: loaded.agent.name, asks: [...asks], optional: false }))
    context.print(`${trustWords[trusted]}\n`)
  }
  return exitCode.ok
}

const trustWords = {
  nothing: 'Trust: it asks for nothing beyond its workspace.',
  place: 'Trust: yes, by where it lies (shipped, or in ~/.omnigent/agents).',
  card: 'Trust: yes, you allowed it until it changes (omni trust list).',
  no: 'Trust: not yet; omni run asks before it starts.',
} as const
