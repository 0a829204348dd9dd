import { ensureServer } from '../../app/local-server.ts'
import { runServer } from '../../app/process/run-server.ts'
import { AppError } from '../../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { pageAddress } from '../open-client.ts'

export async function run(context: CommandContext, _args: readonly string[], options: { readonly port?: string; readonly foreground?: boolean }): Promise<ExitCode> {
  const port = readPort(options.port) ?? context.config.port
  if (options.foreground === true) {
    await runServer({ ...context.config, port })
    return exitCode.ok
  }
  const server = await ensureServer(context.config, port)
  context.note(server.started ? 'started\n' : 'it was running already\n')
  context.print(`${pageAddress(server.url, server.token)}\n`)
  return exitCode.ok
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new AppError('invalid', `--port ${text}: must be 0 to 65535 (0: any free one)`)
  return port
}
