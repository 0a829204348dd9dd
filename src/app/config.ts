import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { AppError } from '../spec/app-error.ts'

/** Everything read from the environment, once. No other file looks there. */
export interface Config {
  /** `~/.omnigent` or `OMNIGENT_HOME`; holds all state, 0700. */
  readonly home: string
  readonly port: number
  /** Folder the command was started in. */
  readonly cwd: string
  /** The whole environment, for the host: it passes on only what its allow-list names. */
  readonly environment: Readonly<Record<string, string>>
  readonly isTerminal: { readonly input: boolean; readonly output: boolean }
  /** `NO_COLOR` honoured; colours only on a terminal. */
  readonly color: boolean
  readonly platform: { readonly os: string; readonly arch: string }
}

export const defaultPort = 6767

/** @throws {AppError} 'invalid' on a variable that makes no sense. */
export function readConfig(): Config {
  const environment = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined))
  const output = process.stdout.isTTY
  return {
    home: resolve(environment['OMNIGENT_HOME'] ?? join(homedir(), '.omnigent')),
    port: readPort(environment['OMNIGENT_PORT']),
    cwd: process.cwd(),
    environment,
    isTerminal: { input: process.stdin.isTTY, output },
    color: output && (environment['NO_COLOR'] ?? '') === '',
    platform: { os: process.platform, arch: process.arch },
  }
}

function readPort(text: string | undefined): number {
  if (text === undefined || text === '') return defaultPort
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new AppError('invalid', `OMNIGENT_PORT is "${text}"; it must be a port number, 0 to 65535.`)
  return port
}
