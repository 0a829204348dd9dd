import { Command, CommanderError } from 'commander'
import { readConfig } from '../app/config.ts'
import { packageVersion } from '../app/version.ts'
import { AppError } from '../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from './command.ts'
import { declareCommands } from './declare-commands.ts'

/** Runs one command line. Sets the exit code and returns when everything it started is done or left behind on purpose. */
export async function main(args: readonly string[]): Promise<void> {
  const program = new Command('omni')
    .description('The meta-harness: compose, control and share coding agents over every harness.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true })
    .showHelpAfterError('(omni --help shows what there is)')
    .showSuggestionAfterError(true)
    .exitOverride()
    .enablePositionalOptions()
  try {
    const context = createContext()
    declareCommands(program, context, (code) => {
      process.exitCode = code
    })
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    process.exitCode = explain(error)
  }
}

function createContext(): CommandContext {
  const config = readConfig()
  // Whoever reads us may close the pipe first (`| head`): that is no failure of ours.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      process.exit(process.exitCode ?? exitCode.ok)
    })
  }
  return {
    config,
    print: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(text),
    signal: new AbortController().signal,
  }
}

/** Says what went wrong and what to do; a bug shows where it is. */
function explain(error: unknown): ExitCode {
  // Commander has already written its message or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage
  if (error instanceof AppError) {
    process.stderr.write(`omni: ${error.message}\n`)
    if (error.code === 'untrusted') return exitCode.needsPerson
    return error.code === 'unavailable' || error.code === 'timeout' ? exitCode.unavailable : exitCode.usage
  }
  process.stderr.write(`omni: this is a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return exitCode.failed
}
