import { readFile } from 'node:fs/promises'
import { AppError } from '../spec/app-error.ts'
import { type ConfigResult, loadServerConfig, loadUserConfig } from '../spec/config/load-config.ts'
import type { ServerConfig } from '../spec/config/server-config.ts'
import type { UserConfig } from '../spec/config/user-config.ts'
import { formatProblems } from '../spec/yaml/format-problems.ts'
import { knownHarnesses } from './known-harnesses.ts'
import type { Config } from './config.ts'
import { pathsOf } from './paths.ts'

/** `~/.omnigent/config.yaml`; empty when there is none. @throws {AppError} 'invalid' with every problem. */
export function readUserConfig(config: Pick<Config, 'home' | 'color'>): Promise<UserConfig> {
  return readConfigFile(config, pathsOf(config.home).userConfig, (path, content) => loadUserConfig({ path, content }, knownHarnesses()))
}

/**
 * `~/.omnigent/server.yaml`; empty when there is none.
 * @throws {AppError} 'invalid' with every problem; 'unsupported' for what this version can not keep: it is never ignored.
 */
export async function readServerConfig(config: Config): Promise<ServerConfig> {
  const path = pathsOf(config.home).serverConfig
  const settings = await readConfigFile(config, path, (name, content) => loadServerConfig({ path: name, content }))
  if (settings.bind !== undefined && settings.bind !== '127.0.0.1') throw new AppError('unsupported', `${path}: bind ${settings.bind} is not available yet: it needs accounts. The server listens on 127.0.0.1.`)
  if (settings.retention !== undefined) throw new AppError('unsupported', `${path}: retention is not available yet. Remove it; delete sessions with DELETE /v1/sessions/{session}.`)
  return settings
}

async function readConfigFile<Value extends object>(config: Pick<Config, 'color'>, path: string, load: (path: string, content: Uint8Array) => ConfigResult<Value>): Promise<Value> {
  const content = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return new Uint8Array()
    throw new AppError('invalid', `Cannot read ${path}.`, { cause })
  })
  const result = load(path, content)
  if (result.ok) return result.config
  throw new AppError('invalid', `${path} can not be used:\n${formatProblems(result.problems, { color: config.color })}`, { details: result.problems })
}
