import { checkMachine, type MachineCheck } from '../../app/check-machine.ts'
import { checkSandbox } from '../../app/doctor/check-sandbox.ts'
import { findServer } from '../../app/local-server.ts'
import { AppError } from '../../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { openRunning } from '../open-client.ts'

/** What is here, what is missing, and the command that mends it; the sandbox is put up for it, and nothing stays. */
export async function run(context: CommandContext, _args: readonly string[], options: { readonly json?: boolean }): Promise<ExitCode> {
  const checks = [...(await checkMachine(context.config))]
  const server = await findServer(context.config)
  checks.push({ name: 'server', ok: server !== undefined, says: server?.url ?? 'not running', fix: 'omni server start' })
  if (server !== undefined) checks.push(...(await harnessChecks(context)))
  const sandbox = await checkSandbox(context.config, server === undefined ? undefined : portOf(server.url))
  if (options.json === true) context.print(`${JSON.stringify({ checks, sandbox })}\n`)
  else context.print(`${checks.map(lineOf).join('')}\nSandbox\n${sandbox.checks.map(lineOf).join('')}`)
  const needed = [...checks.filter(({ name }) => !name.startsWith('harness') && name !== 'server'), ...sandbox.checks]
  return needed.every(({ ok }) => ok) ? exitCode.ok : exitCode.unavailable
}

async function harnessChecks(context: CommandContext): Promise<readonly MachineCheck[]> {
  try {
    const { client } = await openRunning(context)
    return (await client.harnesses()).map((each) => ({ name: `harness ${each.harness}`, ok: each.state === 'ready', says: each.version ?? each.reason ?? each.state, ...(each.fix === undefined ? {} : { fix: each.fix }) }))
  } catch (error) {
    // The server may have no host yet: all the more is there to be looked at.
    if (error instanceof AppError) return [{ name: 'harnesses', ok: false, says: error.message }]
    throw error
  }
}

const lineOf = ({ name, ok, says, fix }: MachineCheck): string => `${ok ? '✓' : '✗'} ${name}: ${says}${ok || fix === undefined ? '' : `\n    → ${fix}`}\n`

function portOf(url: string): number {
  const { port } = new URL(url)
  return port === '' ? 80 : Number(port)
}
