import { checkMachine } from '../../app/check-machine.ts'
import { findServer } from '../../app/local-server.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { openRunning } from '../open-client.ts'

/** What is here, what is missing, and the command that mends it. Starts nothing. */
export async function run(context: CommandContext, _args: readonly string[], options: { readonly json?: boolean }): Promise<ExitCode> {
  const checks = [...(await checkMachine(context.config))]
  const server = await findServer(context.config)
  checks.push({ name: 'server', ok: server !== undefined, says: server?.url ?? 'not running', fix: 'omni server start' })
  if (server !== undefined) {
    const { client } = await openRunning(context)
    for (const each of await client.harnesses()) {
      checks.push({ name: `harness ${each.harness}`, ok: each.state === 'ready', says: each.version ?? each.reason ?? each.state, ...(each.fix === undefined ? {} : { fix: each.fix }) })
    }
  }
  if (options.json === true) context.print(`${JSON.stringify({ checks })}\n`)
  else for (const check of checks) context.print(`${check.ok ? '✓' : '✗'} ${check.name}: ${check.says}${check.ok || check.fix === undefined ? '' : `\n    → ${check.fix}`}\n`)
  return checks.every((check) => check.ok || check.name.startsWith('harness') || check.name === 'server') ? exitCode.ok : exitCode.unavailable
}
