import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../spec/app-error.ts'
import type { SecretSource } from '../../spec/config/secrets.ts'
import { runSecretCommand } from '../process/run-secret-command.ts'
import { problemOfValue } from './check-secret-value.ts'
import type { SecretStore } from './secret-store.ts'

/** What values are read from. */
export interface SecretSources {
  /** Of the process that reads: `env` looks here, a command gets a part of it, `~/` is its HOME. */
  readonly environment: Readonly<Record<string, string>>
  readonly store: SecretStore
}

export interface SecretValue {
  readonly value: string
  /** Something a person should know. */
  readonly warning?: string
  /** The folder, where a value for the keychain is kept in a file. */
  readonly keptIn?: string
}

const commandMs = 10_000
const maxFileBytes = 65_536

/**
 * Reads the value of one secret. A last line end is taken off.
 * @throws {AppError} 'unavailable' that names the secret and what to do, never the value or what a command printed.
 */
export async function readSecretValue(name: string, from: SecretSource, sources: SecretSources, signal?: AbortSignal): Promise<SecretValue> {
  const read = await readSource(name, from, sources, signal)
  if ('problem' in read) throw unreadable(name, read.problem, read.cause)
  const value = read.text.replace(/\r?\n$/, '')
  const problem = problemOfValue(value)
  if (problem !== undefined) throw unreadable(name, `${problem} (${sourceText(from)}).`)
  const { text: _text, ...rest } = read
  return { value, ...rest }
}

function unreadable(name: string, problem: string, cause?: unknown): AppError {
  return new AppError('unavailable', `The secret "${name}" can not be read: ${problem}`, { cause })
}

/** Where a value comes from, in a few words; a command's arguments are its own business. */
export function sourceText(from: SecretSource): string {
  if (from === 'keychain') return 'keychain'
  if ('env' in from) return `variable ${from.env}`
  if ('file' in from) return `file ${from.file}`
  if ('keychain' in from) return `keychain, as ${from.keychain}`
  return `command ${[from.command[0], ...(from.command.length > 1 ? ['…'] : [])].join(' ')}`
}

/** The name under which the store has it; undefined for another source. */
export function storeName(name: string, from: SecretSource): string | undefined {
  if (from === 'keychain') return name
  return 'keychain' in from ? from.keychain : undefined
}

type Read = (Omit<SecretValue, 'value'> & { readonly text: string }) | { readonly problem: string; readonly cause?: unknown }

async function readSource(name: string, from: SecretSource, { environment, store }: SecretSources, signal: AbortSignal | undefined): Promise<Read> {
  if (from !== 'keychain' && 'env' in from) return readVariable(from.env, environment)
  if (from !== 'keychain' && 'file' in from) return readSecretFile(from.file, environment)
  if (from !== 'keychain' && 'command' in from) return readCommand(from.command, environment, signal)
  try {
    const kept = await store.read(storeName(name, from) ?? name)
    return kept === undefined ? { problem: `nothing is saved for it. Save it: omni secret set ${name}` } : { text: kept.value, ...(kept.keptIn === undefined ? {} : { keptIn: kept.keptIn }) }
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    return { problem: `${cause.message} Is it saved at all? To save it: omni secret set ${name}`, cause }
  }
}

function readVariable(variable: string, environment: SecretSources['environment']): Read {
  const text = Object.hasOwn(environment, variable) ? environment[variable] : undefined
  if (text !== undefined && text !== '') return { text }
  return { problem: `the variable ${variable} is not set here. A server that runs already has the environment it was started with: omni server stop --all, then start it where the variable is set.` }
}

async function readSecretFile(written: string, { HOME: home = '' }: SecretSources['environment']): Promise<Read> {
  if (written.startsWith('~/') && home === '') return { problem: `${written} has no meaning where HOME is not set. Write the whole path.` }
  const path = written.startsWith('~/') ? join(home, written.slice(2)) : written
  try {
    // Without O_NONBLOCK a pipe with nobody at its other end would hold us for ever.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const found = await file.stat()
    if (!found.isFile()) return { problem: `${path} is no ordinary file.` }
    if (found.size > maxFileBytes) return { problem: `${path} is far larger than a secret.` }
    const text = await file.readFile('utf8')
    return { text, ...((found.mode & 0o004) === 0 ? {} : { warning: `${path} can be read by everybody on this machine. Mend it: chmod 600 ${path}` }) }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    return { problem: code === 'ENOENT' ? `there is no file ${path}.` : `${path} can not be read (${code}).`, cause }
  }
}

async function readCommand(command: readonly string[], environment: SecretSources['environment'], signal: AbortSignal | undefined): Promise<Read> {
  const result = await runSecretCommand({ command, environment, withinMs: commandMs, signal })
  const advice = 'Run it in a terminal to see what it says.'
  if (result.type === 'failed') return { problem: `its command ${command[0] ?? ''} ${result.why}. ${advice}` }
  return result.text.trim() === '' ? { problem: `its command ${command[0] ?? ''} printed nothing. ${advice}` } : { text: result.text }
}
