import { open, readdir, realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { brokenExamples } from '../policy/broken-examples.ts'
import { readPolicies } from '../policy/policy-fold.ts'
import { AppError } from '../spec/app-error.ts'
import { loadAgent } from '../spec/agent/load-agent.ts'
import type { LoadedAgent, LoadResult } from '../spec/agent/load-request.ts'
import { formatProblems } from '../spec/yaml/format-problems.ts'
import type { Problem } from '../spec/yaml/problem.ts'
import type { Config } from './config.ts'
import { foreignDialects } from './harness-registry.ts'
import { knownHarnesses } from './known-harnesses.ts'
import { pathsOf } from './paths.ts'
import { readUserConfig } from './user-settings.ts'
import { packageRoot } from './version.ts'

const maxBytes = 256 * 1024

/** `omni run polly` names an agent; `omni run ./polly`, `polly.yaml` or `agents/polly` is a file or folder. */
export function looksLikeFile(text: string): boolean {
  return text.includes('/') || text.includes(sep) || /\.(ya?ml|md)$/i.test(text)
}

export const shippedAgents = join(packageRoot, 'agents')

/**
 * Loads an agent file of any kind as it is, problems and all.
 * @param text stands for the file's content, which then need not be there.
 */
export async function readAgentFile(config: Pick<Config, 'cwd' | 'environment' | 'home'> & Partial<Pick<Config, 'color'>>, file: string, text?: string): Promise<LoadResult> {
  const path = resolve(config.cwd, file)
  const { acp } = await readUserConfig({ color: false, ...config })
  const loaded = await loadAgent({
    path, readFile: (asked) => (text !== undefined && asked === path ? Promise.resolve(text) : readInside(dirname(path), asked)), readDir: (folder) => readdir(folder).catch(() => []),
    environment: config.environment, knownHarnesses: knownHarnesses(acp), foreign: foreignDialects, agentFolders: [pathsOf(config.home).agents, shippedAgents],
    // Files of the folder a person works in may be named; `/` is no such folder.
    ...(config.cwd === '/' ? {} : { folders: [config.cwd] }),
  })
  if (!loaded.ok) return loaded
  const policies = readPolicies(loaded.agent.policies)
  const problems = policies.some(({ examples }) => examples !== undefined) ? await brokenExamples({ path, content: text ?? (await readInside(dirname(path), path)) ?? '', level: 'agent', policies }) : []
  return problems.length > 0 ? { ok: false, problems, openParams: [] } : loaded
}

/** An agent file that can be used, with its warnings. @throws {AppError} 'invalid' with every problem, each with its place. */
export async function loadAgentFile(config: Pick<Config, 'cwd' | 'environment' | 'home' | 'color'>, file: string): Promise<LoadedAgent> {
  const result = await readAgentFile(config, file)
  if (!result.ok) throw new AppError('invalid', `${file} can not be used:\n${formatProblems(result.problems, { color: config.color })}`, { details: result.problems })
  return result
}

/** Warnings for a terminal; of a foreign file they say what was not carried. Empty when there are none. */
export function warningText(config: Pick<Config, 'color'>, warnings: readonly Problem[]): string {
  return warnings.length === 0 ? '' : `${formatProblems(warnings, { color: config.color, severity: 'warning' })}\n`
}

/**
 * Reads one file for the loader; undefined when there is none. A file beside the agent must really be there: a link
 * that leads out of the folder its path names is refused.
 */
async function readInside(home: string, path: string): Promise<Uint8Array | undefined> {
  const real = await realpath(path).catch(() => undefined)
  if (real === undefined) return undefined
  const realHome = await realpath(home).catch(() => home)
  const named = relative(home, path)
  const inside = named !== '..' && !named.startsWith(`..${sep}`) && !isAbsolute(named)
  const led = relative(realHome, real)
  if (inside && (led === '..' || led.startsWith(`..${sep}`) || isAbsolute(led))) throw new AppError('forbidden', `${path} is a link that leads out of ${home}.`)
  await using file = await open(real, 'r')
  if (!(await file.stat()).isFile()) return undefined
  const buffer = Buffer.alloc(maxBytes + 1)
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
  return buffer.subarray(0, bytesRead)
}
